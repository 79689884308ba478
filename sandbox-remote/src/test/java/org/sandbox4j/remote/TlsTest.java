package org.sandbox4j.remote;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import javax.net.ServerSocketFactory;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLServerSocket;
import javax.net.ssl.TrustManagerFactory;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.sandbox4j.protocol.ExecuteRequest;

/** With certificates that the JDK's keytool has just made. */
class TlsTest {
    private static final char[] PASSWORD = "changeit".toCharArray();
    private static final ExecuteRequest TRUE =
            ExecuteRequest.builder().command("true").build();

    @TempDir
    private static Path directory;

    private static Path server;
    private static Path elsewhere;
    private static Path caller;

    @BeforeAll
    static void makeCertificates() throws Exception {
        server = key("server", "dns:localhost");
        elsewhere = key("elsewhere", "dns:elsewhere.example.org");
        caller = key("caller", "dns:caller");
    }

    /** A key store whose certificate, signed by itself, is trusted by those who take it for a trust store. */
    private static Path key(String name, String subject) throws Exception {
        Path store = directory.resolve(name + ".p12");
        keytool(
                "-genkeypair",
                "-alias",
                name,
                "-keyalg",
                "EC",
                "-dname",
                "CN=" + name,
                "-ext",
                "san=" + subject,
                "-validity",
                "2",
                "-keystore",
                store.toString());
        return store;
    }

    private static Path trustOf(Path store) throws Exception {
        String name = store.getFileName().toString().replace(".p12", "");
        Path certificate = directory.resolve(name + ".crt");
        Path trust = directory.resolve(name + "-trust.p12");
        if (Files.notExists(trust)) {
            keytool("-exportcert", "-alias", name, "-file", certificate.toString(), "-keystore", store.toString());
            keytool(
                    "-importcert",
                    "-noprompt",
                    "-alias",
                    name,
                    "-file",
                    certificate.toString(),
                    "-keystore",
                    trust.toString());
        }
        return trust;
    }

    private static void keytool(String... arguments) throws Exception {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "keytool").toString());
        command.addAll(List.of(arguments));
        command.addAll(List.of("-storetype", "PKCS12", "-storepass", "changeit"));
        Path output = directory.resolve("keytool.out");
        Process process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(output.toFile())
                .start();
        assertThat(process.waitFor(1, TimeUnit.MINUTES)).isTrue();
        assertThat(process.exitValue()).as(Files.readString(output)).isZero();
    }

    private static FakeServer serving(Path identity, Path trustedCallers) throws Exception {
        KeyManagerFactory keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        keys.init(load(identity), PASSWORD);
        TrustManagerFactory trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        trust.init(load(trustedCallers));
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(keys.getKeyManagers(), trust.getTrustManagers(), null);
        return FakeServer.withTls(
                new AskingForCertificates(context.getServerSocketFactory()), FakeServer.json(Answers.OK));
    }

    private static KeyStore load(Path store) throws Exception {
        KeyStore loaded = KeyStore.getInstance("PKCS12");
        try (InputStream in = Files.newInputStream(store)) {
            loaded.load(in, PASSWORD);
        }
        return loaded;
    }

    /** Makes sockets that turn callers without a trusted certificate away. */
    private static final class AskingForCertificates extends ServerSocketFactory {
        private final ServerSocketFactory factory;

        AskingForCertificates(ServerSocketFactory factory) {
            this.factory = factory;
        }

        @Override
        public ServerSocket createServerSocket(int port) throws IOException {
            return asking(factory.createServerSocket(port));
        }

        @Override
        public ServerSocket createServerSocket(int port, int backlog) throws IOException {
            return asking(factory.createServerSocket(port, backlog));
        }

        @Override
        public ServerSocket createServerSocket(int port, int backlog, InetAddress address) throws IOException {
            return asking(factory.createServerSocket(port, backlog, address));
        }

        private static ServerSocket asking(ServerSocket socket) {
            ((SSLServerSocket) socket).setNeedClientAuth(true);
            return socket;
        }
    }

    private static SandboxClientBuilder builder(FakeServer fake) {
        return SandboxClient.builder(fake.uri()).deadline(Duration.ofSeconds(20));
    }

    private static ServerException failure(SandboxClient client) {
        ServerException failure = catchThrowableOfType(ServerException.class, () -> client.execute(TRUE));
        assertThat(failure).isNotNull();
        return failure;
    }

    @Test
    void trustedServerAndTrustedCaller_talk() throws Exception {
        try (FakeServer fake = serving(server, trustOf(caller));
                SandboxClient client = builder(fake)
                        .trustStore(trustOf(server), PASSWORD)
                        .clientCertificate(caller, PASSWORD)
                        .build()) {
            assertThat(client.execute(TRUE).succeeded()).isTrue();
        }
    }

    @Test
    void server_thatIsNotTrusted_isSentNothing() throws Exception {
        try (FakeServer fake = serving(server, trustOf(caller));
                SandboxClient client = builder(fake)
                        .clientCertificate(caller, PASSWORD)
                        .bearerToken("hidden")
                        .build()) {
            ServerException failure = failure(client);
            assertThat(failure.reason()).isEqualTo("unreachable");
            assertThat(failure.runState()).isEqualTo(RunState.NOT_RUN);
            assertThat(fake.requests()).isEmpty();
        }
    }

    @Test
    void server_withAnotherName_isNotTrusted() throws Exception {
        try (FakeServer fake = serving(elsewhere, trustOf(caller));
                SandboxClient client = builder(fake)
                        .trustStore(trustOf(elsewhere), PASSWORD)
                        .clientCertificate(caller, PASSWORD)
                        .build()) {
            assertThat(failure(client).reason()).isEqualTo("unreachable");
            assertThat(fake.requests()).isEmpty();
        }
    }

    @Test
    void caller_withoutCertificate_isTurnedAway() throws Exception {
        try (FakeServer fake = serving(server, trustOf(caller));
                SandboxClient client =
                        builder(fake).trustStore(trustOf(server), PASSWORD).build()) {
            assertThat(failure(client).reason()).isIn("unreachable", "connection-lost");
            assertThat(fake.requests()).isEmpty();
        }
    }

    @Test
    void handshake_thatStalls_endsAtTheDeadline() throws Exception {
        try (ServerSocket silent = new ServerSocket(0, 5, InetAddress.getLoopbackAddress());
                SandboxClient client = SandboxClient.builder(URI.create("https://127.0.0.1:" + silent.getLocalPort()))
                        .deadline(Duration.ofMillis(400))
                        .build()) {
            ServerException failure = failure(client);
            assertThat(failure.reason()).isEqualTo("deadline");
            assertThat(failure.runState()).isEqualTo(RunState.NOT_RUN);
        }
    }

    @Test
    void stores_thatCannotBeRead_areRefused() {
        SandboxClientBuilder builder = SandboxClient.builder(URI.create("https://host"));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> builder.trustStore(directory.resolve("missing.p12"), PASSWORD));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> builder.clientCertificate(caller, "wrong-password".toCharArray()))
                .withMessageNotContaining("wrong-password");
    }
}
