package org.sandbox4j.remote.fleet;

import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.UUID;
import java.util.function.UnaryOperator;
import org.sandbox4j.protocol.ExecuteRequest;
import org.sandbox4j.remote.EnvironmentNotFoundException;
import org.sandbox4j.remote.SandboxClient;
import org.sandbox4j.remote.ServerException;
import org.sandbox4j.remote.Upload;

/**
 * A server of a fleet, which can be told apart by its number. What it returns is always of now. Thread-safe.
 *
 * <p>After it was removed, nothing is known of it, and calls that change or use it throw {@link IllegalStateException}.
 */
public final class SandboxServer {
    private final FleetCore core;
    private final Member member;

    SandboxServer(FleetCore core, Member member) {
        this.core = core;
        this.member = member;
    }

    /**
     * Returns its number, which is never used again.
     *
     * @return the number
     */
    public long id() {
        return member.entry().id();
    }

    /**
     * Returns its name.
     *
     * @return the name
     */
    public String name() {
        return member.entry().name();
    }

    /**
     * Returns its address.
     *
     * @return the address, normalised
     */
    public URI url() {
        return member.entry().url();
    }

    /**
     * Tells whether it is used.
     *
     * @return whether it is
     */
    public boolean enabled() {
        return member.entry().enabled();
    }

    /**
     * Returns number, name, address and state at the same moment.
     *
     * @return the entry
     */
    public ServerEntry entry() {
        return member.entry();
    }

    /** Has it used and polled from now on. */
    public void enable() {
        change(entry -> new ServerEntry(entry.id(), entry.name(), entry.url(), true));
    }

    /** Has it called no more, neither by polls nor for requests. Requests that are under way go on. */
    public void disable() {
        change(entry -> new ServerEntry(entry.id(), entry.name(), entry.url(), false));
    }

    /**
     * Gives it another name.
     *
     * @param name the name, as in {@link SandboxFleet#add(String, URI)}
     * @throws InvalidServerException if it cannot have that name
     */
    public void rename(String name) {
        String valid = ServerFields.name(name);
        change(entry -> new ServerEntry(entry.id(), valid, entry.url(), entry.enabled()));
    }

    /**
     * Gives it another address. It is polled there at once if the fleet is started; what is known stays until then.
     *
     * @param url the address, as in {@link SandboxFleet#add(String, URI)}
     * @throws InvalidServerException if it cannot have that address
     */
    public void move(URI url) {
        URI valid = ServerFields.url(url);
        change(entry -> new ServerEntry(entry.id(), entry.name(), valid, entry.enabled()));
    }

    private void change(UnaryOperator<ServerEntry> change) {
        core.checkOpen();
        if (core.roster.change(member, change)) {
            core.plan.hurry(member);
        }
    }

    /** Removes it from the fleet with its specifications and usages. Its requests stay, without a server. */
    public void remove() {
        core.checkOpen();
        core.roster.remove(member);
        core.plan.remove(member);
    }

    /**
     * Returns what is known of its machine.
     *
     * @return the specifications, which may not have been polled yet
     */
    public SandboxSpecs specs() {
        return member.sandbox();
    }

    /**
     * Returns what is known of its containers, with libraries and programs.
     *
     * @return the specifications, which may not have been polled yet
     */
    public ContainerSpecs containerSpecs() {
        return member.container();
    }

    /**
     * Returns its latest usage, also if it could not be recorded.
     *
     * @return the usage, if there is one
     */
    public Optional<Usage> usage() {
        return member.usage();
    }

    /**
     * Returns its recorded usages.
     *
     * @param limit how many at most
     * @return the newest ones, newest first
     */
    public List<Usage> usages(int limit) {
        return usages(Period.ALL, limit);
    }

    /**
     * Returns its recorded usages of a period.
     *
     * @param period from when
     * @param limit how many at most
     * @return the newest ones, newest first
     */
    public List<Usage> usages(Period period, int limit) {
        return core.store.usages(id(), period, limit);
    }

    /**
     * Sums its recorded usages of a period up.
     *
     * @param period from when
     * @param step what one summary spans, at least a millisecond
     * @return a summary for each step that has usages, newest first
     */
    public List<UsageSummary> usageSummaries(Period period, Duration step) {
        return core.store.usageSummaries(id(), period, step);
    }

    /**
     * Returns the recorded requests that it was asked for last.
     *
     * @param limit how many at most
     * @return the newest ones, newest first
     */
    public List<Request> requests(int limit) {
        return core.store.requests(RequestQuery.ALL.to(id()), limit);
    }

    /**
     * Polls specifications, libraries and usage now, whether the fleet is started or not, and records what comes of it. A server
     * that cannot be reached is no failure; a disabled one is not called.
     *
     * @return the new usage
     * @throws InterruptedException if interrupted while waiting; the polls go on
     */
    public Usage pollNow() throws InterruptedException {
        checkPresent();
        return core.pollNow(member);
    }

    /**
     * Runs commands on this server. Whatever happens is recorded before this method returns, also that a disabled server was not
     * asked.
     *
     * @param user who asks for it, if that is known; at most 256 characters
     * @param config what to run
     * @param environment the uploaded environment, if any
     * @return the request as it was recorded, its texts whole
     * @throws InterruptedException if interrupted while waiting; that is recorded, too, and the commands may run
     * @throws FleetStoreException if it could not be recorded; {@link FleetStoreException#request()} has it then
     * @throws IllegalArgumentException if the user's name is too long; nothing is sent
     */
    public Request execute(Optional<String> user, ExecuteRequest config, Optional<Upload> environment)
            throws InterruptedException {
        return core.inside(() -> core.dispatcher.toOne(member, user, config, environment));
    }

    /**
     * Asks how large the archive of a saved environment is.
     *
     * @param environment the environment
     * @return its size in bytes, or nothing if the server does not have it
     * @throws ServerDisabledException if the server is disabled; it is not called
     * @throws ServerException if the call fails
     * @throws InterruptedException if interrupted while waiting
     */
    public OptionalLong environmentSize(UUID environment) throws InterruptedException {
        return core.inside(() -> client().environmentSize(environment));
    }

    /**
     * Downloads the archive of a saved environment, all or nothing.
     *
     * @param environment the environment
     * @param target the file on this host, which is replaced
     * @return its size in bytes
     * @throws ServerDisabledException if the server is disabled; it is not called
     * @throws EnvironmentNotFoundException if the server does not have it
     * @throws ServerException if the call, or writing the file, fails
     * @throws InterruptedException if interrupted while waiting
     */
    public long downloadEnvironment(UUID environment, Path target) throws InterruptedException {
        return core.inside(() -> client().downloadEnvironment(environment, target));
    }

    /**
     * Downloads a file of a saved environment, all or nothing.
     *
     * @param environment the environment
     * @param path the file's path from the top, without a leading {@code ./}
     * @param target the file on this host, which is replaced
     * @return its size in bytes
     * @throws ServerDisabledException if the server is disabled; it is not called
     * @throws EnvironmentNotFoundException if there is no such file or environment
     * @throws ServerException if the call, or writing the file, fails
     * @throws IllegalArgumentException if it is no path of a file
     * @throws InterruptedException if interrupted while waiting
     */
    public long downloadFile(UUID environment, String path, Path target) throws InterruptedException {
        return core.inside(() -> client().downloadFile(environment, path, target));
    }

    private SandboxClient client() {
        checkPresent();
        ServerEntry entry = member.entry();
        if (!entry.enabled()) {
            throw new ServerDisabledException(entry.name());
        }
        return core.client.at(entry.url());
    }

    private void checkPresent() {
        core.checkOpen();
        if (member.isRemoved()) {
            throw new IllegalStateException("The server '" + name() + "' was removed from its fleet.");
        }
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof SandboxServer server && member == server.member;
    }

    @Override
    public int hashCode() {
        return System.identityHashCode(member);
    }

    @Override
    public String toString() {
        return "SandboxServer[" + member.entry() + "]";
    }
}
