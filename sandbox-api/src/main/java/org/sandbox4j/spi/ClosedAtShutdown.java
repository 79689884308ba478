package org.sandbox4j.spi;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * What is open of one kind, for instance the sandboxes of a backend, and is to be closed when the JVM goes down in order. The
 * shutdown hook is there only while something is open, so that a library whose work is done leaves nothing behind: a class loader
 * of its own can be closed and freed, as build tools and application servers do it.
 *
 * <p>A hook may run after its class loader was closed, when something was left open. Then it finds only the classes that were
 * loaded before, so whoever closes something in it has to load in time what that needs. What fails all the same for want of a class
 * ends the hook without a word.
 *
 * <p>Thread-safe.
 *
 * @param <T> what is open
 */
public final class ClosedAtShutdown<T> {
    private final String name;
    private final Consumer<List<T>> closing;
    private final Hooks hooks;

    /** Guarded by this, as the hook. */
    private final Set<T> open = new LinkedHashSet<>();

    private @Nullable Thread hook;

    /** The hooks of the JVM. */
    interface Hooks {
        void add(Thread hook);

        void remove(Thread hook);
    }

    /**
     * Makes one for which nothing is open.
     *
     * @param name the name of the hook's thread
     * @param closing closes what is open; it may remove what it has closed
     */
    public ClosedAtShutdown(String name, Consumer<List<T>> closing) {
        this(name, closing, new Hooks() {
            @Override
            public void add(Thread hook) {
                Runtime.getRuntime().addShutdownHook(hook);
            }

            @Override
            public void remove(Thread hook) {
                Runtime.getRuntime().removeShutdownHook(hook);
            }
        });
    }

    ClosedAtShutdown(String name, Consumer<List<T>> closing, Hooks hooks) {
        this.name = Objects.requireNonNull(name, "name");
        this.closing = Objects.requireNonNull(closing, "closing");
        this.hooks = hooks;
    }

    /**
     * Tells that something was opened.
     *
     * @param opened what; adding the same one twice does nothing
     */
    public synchronized void add(T opened) {
        open.add(Objects.requireNonNull(opened, "opened"));
        if (hook == null) {
            Thread thread = DetachedThread.of(this::closeAll, name);
            try {
                hooks.add(thread);
                hook = thread;
            } catch (IllegalStateException e) {
                // The JVM is going down already; whoever opens something now sees to it.
            }
        }
    }

    /**
     * Tells that something was closed.
     *
     * @param closed what was added; else nothing happens
     */
    public synchronized void remove(T closed) {
        if (open.remove(closed) && open.isEmpty() && hook != null) {
            try {
                hooks.remove(hook);
            } catch (IllegalStateException e) {
                // The JVM is going down, and the hook runs or has run: it finds nothing.
            }
            hook = null;
        }
    }

    private void closeAll() {
        List<T> left;
        synchronized (this) {
            left = List.copyOf(open);
        }
        try {
            closing.accept(left);
        } catch (LinkageError e) {
            // The class loader was closed before. A trace on standard error at the end of somebody's JVM would help
            // nobody.
        }
    }
}
