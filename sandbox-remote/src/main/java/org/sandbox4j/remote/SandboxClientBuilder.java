package org.sandbox4j.remote;

import java.nio.file.Path;
import java.time.Duration;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;
import org.sandbox4j.protocol.JsonLimits;

/** Collects how a client behaves. Not thread-safe. Its text shows no credentials. */
public final class SandboxClientBuilder {
    private static final Duration YEAR = Duration.ofDays(365);

    private final Endpoint endpoint;
    private final TlsSettings tls = new TlsSettings();
    private Secret secret = Secret.NONE;
    private Duration deadline = Duration.ofMinutes(5);
    private Duration connectTimeout = Duration.ofSeconds(10);
    private Backoff backoff = new Backoff(8, Duration.ofMillis(250), Duration.ofSeconds(8));
    private JsonLimits limits = JsonLimits.DEFAULT;
    private long maxDownloadBytes = 16L << 30;
    private boolean repeatFailedStarts;

    SandboxClientBuilder(Endpoint endpoint) {
        this.endpoint = endpoint;
    }

    /**
     * Sends a bearer token with each request, which appears in no message, log or text. None by default.
     *
     * @param token the token, of visible ASCII characters
     * @return this builder
     * @throws IllegalArgumentException if it has other characters
     */
    public SandboxClientBuilder bearerToken(String token) {
        secret = Secret.of(token);
        return this;
    }

    /**
     * Trusts the certificates in this file instead of those that the JDK trusts.
     *
     * @param pkcs12 a PKCS #12 file with trusted certificates
     * @param password its password, which is not kept
     * @return this builder
     * @throws IllegalArgumentException if it cannot be read
     */
    public SandboxClientBuilder trustStore(Path pkcs12, char[] password) {
        tls.trust(pkcs12, password);
        return this;
    }

    /**
     * Shows servers that ask for it the certificate in this file. None by default.
     *
     * @param pkcs12 a PKCS #12 file with a key and its certificates
     * @param password the password of the file and the key, which is not kept
     * @return this builder
     * @throws IllegalArgumentException if it cannot be read
     */
    public SandboxClientBuilder clientCertificate(Path pkcs12, char[] password) {
        tls.identify(pkcs12, password);
        return this;
    }

    /**
     * Sets how long a call may take, from the connection to the last byte, with all attempts.
     *
     * @param newDeadline more than 0, at most a year; 5 minutes by default
     * @return this builder
     */
    public SandboxClientBuilder deadline(Duration newDeadline) {
        deadline = positive(newDeadline);
        return this;
    }

    /**
     * Sets how long making a connection may take.
     *
     * @param timeout more than 0, at most a year; 10 seconds by default
     * @return this builder
     */
    public SandboxClientBuilder connectTimeout(Duration timeout) {
        connectTimeout = positive(timeout);
        return this;
    }

    /**
     * Sets how often an overloaded server is asked, and how long to wait before it is asked again: the first wait, doubled each
     * time up to the longest, of which half is by chance. A wait that the server asks for with {@code Retry-After} goes before;
     * when it does not fit into the deadline, the call fails at once.
     *
     * @param attempts at least 1; 8 by default
     * @param first the first wait, 0 or more; 250 ms by default
     * @param longest the longest wait, not shorter, at most a day; 8 s by default
     * @return this builder
     * @throws IllegalArgumentException if they are out of order
     */
    public SandboxClientBuilder backoff(int attempts, Duration first, Duration longest) {
        backoff = new Backoff(attempts, first, longest);
        return this;
    }

    /**
     * Has a request sent again, as to an overloaded server, when none of its commands was started according to the server. A
     * command can imitate the server's message, and would then run again. Off by default: {@link CommandNotStartedException}.
     *
     * @param repeat whether to send it again
     * @return this builder
     */
    public SandboxClientBuilder repeatFailedStarts(boolean repeat) {
        repeatFailedStarts = repeat;
        return this;
    }

    /**
     * Sets how much JSON is taken in as an answer.
     *
     * @param newLimits the limits, {@link JsonLimits#DEFAULT} by default
     * @return this builder
     */
    public SandboxClientBuilder answerLimits(JsonLimits newLimits) {
        limits = newLimits;
        return this;
    }

    /**
     * Sets how much a download may be.
     *
     * @param bytes bytes of one file or archive, more than 0; 16 GiB by default
     * @return this builder
     */
    public SandboxClientBuilder maxDownloadBytes(long bytes) {
        if (bytes <= 0) {
            throw new IllegalArgumentException("The limit of downloads must be positive: " + bytes);
        }
        maxDownloadBytes = bytes;
        return this;
    }

    static Duration positive(Duration duration) {
        if (duration.isZero() || duration.isNegative() || duration.compareTo(YEAR) > 0) {
            throw new IllegalArgumentException("Must be more than 0 and at most a year: " + duration);
        }
        return duration;
    }

    /**
     * Makes the client. No connection is made before the first call.
     *
     * @return the client, to be closed
     */
    public SandboxClient build() {
        @Nullable SSLContext context = tls.context();
        Transport transport = new Transport(secret, backoff, repeatFailedStarts, connectTimeout, context);
        return new SandboxClient(transport, endpoint, limits, maxDownloadBytes, new Patience(deadline, false));
    }

    @Override
    public String toString() {
        return "SandboxClientBuilder[" + endpoint.base() + ", " + secret + "]";
    }
}
