import java.lang.ref.WeakReference;
import java.lang.reflect.Field;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Uses the library in a class loader of its own, as build tools and application servers do, closes that, and looks what is left. */
public class Outer {
    private static final long DEADLINE_SECONDS = 60;

    /** Arguments: the inner class, what it gets, whether it is to be freed, and the class path of the loader. */
    public static void main(String[] arguments) throws Exception {
        WeakReference<ClassLoader> loader = use(arguments);
        if (Boolean.parseBoolean(arguments[2])) {
            System.out.println("freed: " + isFreed(loader));
            System.out.println("hooks: " + hooks());
        }
        System.out.println("ending");
    }

    /** In a thread of its own, whose stack and thread locals are gone afterwards. */
    private static WeakReference<ClassLoader> use(String[] arguments) throws Exception {
        List<WeakReference<ClassLoader>> reference = new ArrayList<>();
        List<Exception> failures = new ArrayList<>();
        Thread thread = new Thread(() -> {
            try (URLClassLoader loader = loader(List.of(arguments).subList(3, arguments.length))) {
                reference.add(new WeakReference<>(loader));
                Thread.currentThread().setContextClassLoader(loader);
                loader.loadClass(arguments[0]).getMethod("use", String.class).invoke(null, arguments[1]);
            } catch (Exception e) {
                failures.add(e);
            }
        });
        thread.start();
        thread.join();
        if (!failures.isEmpty()) {
            throw failures.get(0);
        }
        return reference.get(0);
    }

    private static URLClassLoader loader(List<String> classPath) throws Exception {
        URL[] urls = new URL[classPath.size()];
        for (int i = 0; i < urls.length; i++) {
            urls[i] = Path.of(classPath.get(i)).toUri().toURL();
        }
        return new URLClassLoader(urls, ClassLoader.getPlatformClassLoader());
    }

    private static boolean isFreed(WeakReference<ClassLoader> loader) throws Exception {
        long start = System.nanoTime();
        while (loader.get() != null && (System.nanoTime() - start) / 1_000_000_000 < DEADLINE_SECONDS) {
            System.gc();
            endIdleThreadsOfJna();
            Thread.sleep(50);
        }
        if (loader.get() != null) {
            Thread.getAllStackTraces().keySet().forEach(thread -> System.out.println("running: " + thread));
        }
        return loader.get() == null;
    }

    /** JNA's thread looks every 30 seconds whether it is still needed; this looks earlier. */
    private static void endIdleThreadsOfJna() throws Exception {
        for (Thread thread : Thread.getAllStackTraces().keySet()) {
            if (thread.getName().equals("JNA Cleaner")) {
                Object cleaner = field(thread, "this$0");
                if (field(cleaner, "firstCleanable") == null) {
                    thread.interrupt();
                }
            }
        }
    }

    private static Object field(Object holder, String name) throws Exception {
        Field field = holder.getClass().getDeclaredField(name);
        field.setAccessible(true);
        return field.get(holder);
    }

    private static long hooks() throws Exception {
        Field hooks = Class.forName("java.lang.ApplicationShutdownHooks").getDeclaredField("hooks");
        hooks.setAccessible(true);
        return ((Map<?, ?>) hooks.get(null))
                .keySet().stream()
                        .filter(hook -> ((Thread) hook).getName().startsWith("sandbox"))
                        .count();
    }
}
