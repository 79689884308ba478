package org.sandbox4j.server;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What a server was told. Immutable; its text shows no token.
 *
 * @param address where it listens
 * @param port the port, 0 for a free one
 * @param allowedHosts further names of the server
 * @param tokens of which each request must bear one, if there are any
 * @param openToAll whether it may do without tokens beyond this host
 * @param dataDirectory everything that it keeps
 * @param imageDirectory the root file system of shell commands; the host's system if absent
 * @param libraryDirectory what shell commands see at /utils/libs
 * @param backend the sandbox backend; the best of the host if absent
 * @param workers runs at once
 * @param queue further requests that wait for a run to end
 * @param queueWait how long each of them waits
 * @param shellBudget time for the shell commands of a request
 * @param rootBudget time for the commands of a request with a root file system of its own
 * @param limits what each command may use
 * @param policy what clients may ask of sandboxes
 * @param requestLimits what all commands of a request together may do
 * @param pace how slow clients may be
 * @param uploadBytes size of a request
 * @param environ variables of shell commands
 * @param lifetime how long environments are kept
 * @param quotaBytes disk space for environments and remembered answers
 * @param grace how long runs may go on after the server was told to stop
 */
record Settings(
        String address,
        int port,
        List<Authority> allowedHosts,
        List<BearerToken> tokens,
        boolean openToAll,
        Path dataDirectory,
        Optional<Path> imageDirectory,
        Optional<Path> libraryDirectory,
        Optional<String> backend,
        int workers,
        int queue,
        Duration queueWait,
        Duration shellBudget,
        Duration rootBudget,
        RunLimits limits,
        RunPolicy policy,
        RequestLimits requestLimits,
        Pace pace,
        long uploadBytes,
        Map<String, String> environ,
        Duration lifetime,
        long quotaBytes,
        Duration grace) {

    Settings {
        allowedHosts = List.copyOf(allowedHosts);
        tokens = List.copyOf(tokens);
        environ = Map.copyOf(environ);
    }

    @Override
    public String toString() {
        return "Settings[" + address + ":" + port + ", " + tokens.size() + " tokens, data in " + dataDirectory + "]";
    }
}
