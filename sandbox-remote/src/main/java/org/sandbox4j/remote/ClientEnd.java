package org.sandbox4j.remote;

import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.net.http.HttpClient;
import org.jspecify.annotations.Nullable;

/** Closes clients of the JDK from 21 on. Older ones end when their last connection has ended and nobody refers to them. */
final class ClientEnd {
    static final ClientEnd OF_THIS_JDK = new ClientEnd();

    private final @Nullable MethodHandle shutdown = method("shutdown");
    private final @Nullable MethodHandle shutdownNow = method("shutdownNow");

    private ClientEnd() {}

    private static @Nullable MethodHandle method(String name) {
        try {
            return MethodHandles.publicLookup().findVirtual(HttpClient.class, name, MethodType.methodType(void.class));
        } catch (NoSuchMethodException | IllegalAccessException e) {
            return null;
        }
    }

    /** Closes a client once what it does has ended. */
    void afterCalls(HttpClient client) {
        invoke(shutdown, client);
    }

    /** Closes a client with all of its connections. */
    void atOnce(HttpClient client) {
        invoke(shutdownNow, client);
    }

    private static void invoke(@Nullable MethodHandle method, HttpClient client) {
        if (method == null) {
            return;
        }
        try {
            method.invoke(client);
        } catch (RuntimeException | Error e) {
            throw e;
        } catch (Throwable e) {
            throw new IllegalStateException("Closing declares no exception.", e);
        }
    }
}
