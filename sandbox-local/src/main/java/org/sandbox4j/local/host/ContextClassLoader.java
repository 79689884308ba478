package org.sandbox4j.local.host;

import java.io.IOException;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Takes the context class loader away for a moment. The thread that reaps a process in the JDK lives for a minute longer than that,
 * and up to JDK 17 keeps the context class loader of whoever had the process started.
 */
public final class ContextClassLoader {
    private ContextClassLoader() {}

    /** Starts a process without one. */
    public static Process start(ProcessBuilder builder) throws IOException {
        @Nullable ClassLoader own = exchange(null);
        try {
            return builder.start();
        } finally {
            exchange(own);
        }
    }

    /** Calls what may start processes without one. */
    public static <T> T without(Supplier<T> call) {
        @Nullable ClassLoader own = exchange(null);
        try {
            return call.get();
        } finally {
            exchange(own);
        }
    }

    @SuppressWarnings("NullAway") // The JDK takes null, for none.
    private static @Nullable ClassLoader exchange(@Nullable ClassLoader other) {
        Thread thread = Thread.currentThread();
        @Nullable ClassLoader own = thread.getContextClassLoader();
        thread.setContextClassLoader(other);
        return own;
    }
}
