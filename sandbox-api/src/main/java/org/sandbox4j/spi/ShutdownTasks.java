package org.sandbox4j.spi;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * What is to be done with open sandboxes when the JVM goes down in order. The JVM runs all its shutdown hooks at once, and
 * backends kill in theirs what runs, so that a hook of one's own comes too late for commands that should finish. A task that is
 * added here comes first: backends call {@link #finish()} before they close their sandboxes.
 *
 * <p>Tasks run one after the other and hold up the end of the JVM, so each should take some seconds at most. Thread-safe.
 */
public final class ShutdownTasks {
    private static final ShutdownTasks OF_THIS_JVM = new ShutdownTasks();

    private final ClosedAtShutdown<Runnable> hook =
            new ClosedAtShutdown<>("sandbox4j-shutdown-tasks", all -> finishTasks());

    /** In the order in which they were added. Guarded by itself. */
    private final Set<Runnable> tasks = new LinkedHashSet<>();

    ShutdownTasks() {}

    /**
     * Adds a task.
     *
     * @param task what is to be done before sandboxes are closed; adding the same one twice does nothing
     */
    public static void add(Runnable task) {
        OF_THIS_JVM.addTask(task);
    }

    /**
     * Removes a task, so that it is not kept any longer. One that runs already goes on.
     *
     * @param task a task that was added; else nothing happens
     */
    public static void remove(Runnable task) {
        OF_THIS_JVM.removeTask(task);
    }

    /**
     * Runs the tasks that are there, and waits for their end. For backends, when the JVM goes down; each task runs only once. One
     * that fails does not keep others from being run; its exception goes to the thread's handler of uncaught exceptions.
     */
    public static void finish() {
        OF_THIS_JVM.finishTasks();
    }

    void addTask(Runnable task) {
        synchronized (tasks) {
            tasks.add(task);
            hook.add(task);
        }
    }

    void removeTask(Runnable task) {
        synchronized (tasks) {
            tasks.remove(task);
            hook.remove(task);
        }
    }

    /** Whoever comes second waits for the first, since the tasks of both are the same. */
    synchronized void finishTasks() {
        List<Runnable> all;
        synchronized (tasks) {
            all = List.copyOf(tasks);
            tasks.clear();
            all.forEach(hook::remove);
        }
        for (Runnable task : all) {
            try {
                task.run();
            } catch (RuntimeException e) {
                Thread thread = Thread.currentThread();
                thread.getUncaughtExceptionHandler().uncaughtException(thread, e);
            }
        }
    }
}
