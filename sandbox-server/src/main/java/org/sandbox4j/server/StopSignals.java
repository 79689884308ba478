package org.sandbox4j.server;

import java.lang.reflect.Proxy;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Hears of SIGTERM and SIGINT before the JVM begins to end. Its shutdown hooks run all at once, and the one of the sandboxes kills
 * at once what runs, so that nothing could finish. The JDK's class for signals is reached by reflection: javac warns of it and
 * cannot be told not to.
 */
final class StopSignals {
    private static final Logger LOG = LoggerFactory.getLogger(StopSignals.class);

    private StopSignals() {}

    /** Runs an action in place of the JVM's own when a signal comes; without such signals, the JVM does as ever. */
    static void handle(Runnable action) {
        for (String name : List.of("TERM", "INT")) {
            try {
                handle(name, action);
            } catch (ReflectiveOperationException | IllegalArgumentException e) {
                LOG.warn("SIG{} kills runs without a time of grace: {}", name, e.toString());
            }
        }
    }

    private static void handle(String name, Runnable action) throws ReflectiveOperationException {
        Class<?> signal = Class.forName("sun.misc.Signal");
        Class<?> handler = Class.forName("sun.misc.SignalHandler");
        Object proxy = Proxy.newProxyInstance(
                StopSignals.class.getClassLoader(), new Class<?>[] {handler}, (self, method, arguments) -> {
                    action.run();
                    return null;
                });
        signal.getMethod("handle", signal, handler)
                .invoke(null, signal.getConstructor(String.class).newInstance(name), proxy);
    }
}
