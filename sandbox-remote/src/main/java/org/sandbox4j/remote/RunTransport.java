package org.sandbox4j.remote;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import org.sandbox4j.SandboxCommand;
import org.sandbox4j.protocol.RootRequest;
import org.sandbox4j.protocol.RootResponse;

/** Carries a run to a server and its output back. Thread-safe. */
interface RunTransport {
    /** Hears what happens in a run, from one thread. */
    interface Listener {
        /** A command runs. */
        void started(int command);

        /** A command has written something. */
        void output(int command, boolean error, byte[] bytes) throws IOException;
    }

    /** A run that goes on. Thread-safe. */
    interface Carriage {
        /**
         * Sends the request and listens until the run is over. To be called once.
         *
         * @return what became of it
         * @throws EnvironmentNotFoundException if the server does not have the environment to start from; nothing has run
         * @throws ServerException if there is no answer; its state tells whether commands may have run
         */
        RootResponse carry(Listener listener) throws InterruptedException;

        /** Kills what runs, and lets nothing start after it. The run then ends with an answer, if the server is there. */
        void cancel();

        /** Reaches the command that runs, once it has been told as started. */
        CommandControl control();
    }

    /** Tells whether input, signals and sizes of terminals reach commands while they run. */
    boolean isLive();

    /**
     * Refuses a command before anything is prepared or sent.
     *
     * @throws org.sandbox4j.SandboxUnsupportedException if the server has said that it does not permit it
     */
    default void check(SandboxCommand command) {}

    /**
     * Prepares a run.
     *
     * @param request what to run
     * @param upload what to lay over the environment, as an archive that may be moved away
     * @param places where the run goes in the root
     * @throws org.sandbox4j.SandboxUnsupportedException if it is too large to be sent
     */
    Carriage prepare(RootRequest request, Optional<Path> upload, RunPlaces places);
}
