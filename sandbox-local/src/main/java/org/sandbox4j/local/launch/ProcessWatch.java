package org.sandbox4j.local.launch;

import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.function.Consumer;

/**
 * What to do with what a process sends until it ends.
 *
 * @param messages takes the init program's messages
 * @param stdout takes standard output; without it the stream is left to the caller
 * @param stderr takes standard error; without it the stream is left to the caller
 * @param terminal takes what the command's terminal shows; without it the stream is left to the caller
 * @param waiting brackets every wait
 * @param workers run what cannot be waited for in one thread
 */
public record ProcessWatch(
        Consumer<InitMessage> messages,
        Optional<ByteSink> stdout,
        Optional<ByteSink> stderr,
        Optional<ByteSink> terminal,
        Waiting waiting,
        Executor workers) {
    /** A watch of a process without a terminal. */
    public ProcessWatch(
            Consumer<InitMessage> messages,
            Optional<ByteSink> stdout,
            Optional<ByteSink> stderr,
            Waiting waiting,
            Executor workers) {
        this(messages, stdout, stderr, Optional.empty(), waiting, workers);
    }

    /** Takes bytes; never throws. */
    public interface ByteSink {
        /** Takes the first bytes of an array, which the caller uses again. */
        void accept(byte[] chunk, int length);
    }

    /** Is told when the watching thread is about to wait and when it has waited. */
    public interface Waiting {
        /** Does nothing. */
        Waiting PLAIN = new Waiting() {
            @Override
            public void aboutToWait() {}

            @Override
            public void hasWaited() {}
        };

        /** The thread is about to wait. */
        void aboutToWait();

        /** The thread has waited. */
        void hasWaited();
    }
}
