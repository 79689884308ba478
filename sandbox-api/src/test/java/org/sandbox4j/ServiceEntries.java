package org.sandbox4j;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.URL;
import java.net.URLConnection;
import java.net.URLStreamHandler;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Enumeration;
import java.util.List;
import java.util.stream.Stream;
import org.sandbox4j.spi.SandboxProvider;

/** Sees the classes of the tests, and those service entries only that it was made with. */
final class ServiceEntries extends ClassLoader {
    /** A class that cannot be linked, as when a class that it extends is missing. */
    static final String UNLINKABLE = "org.example.Unlinkable";

    private static final String SERVICE_FILE = "META-INF/services/" + SandboxProvider.class.getName();

    private final List<String> files;

    private ServiceEntries(List<String> files) {
        super(ServiceEntries.class.getClassLoader());
        this.files = files;
    }

    /** Each provider is registered in a service file of its own, as if each came in its own jar. */
    static ClassLoader of(Class<?>... providers) {
        return new ServiceEntries(Stream.of(providers).map(Class::getName).toList());
    }

    static ClassLoader ofFiles(String... files) {
        return new ServiceEntries(List.of(files));
    }

    @Override
    public Enumeration<URL> getResources(String name) throws IOException {
        if (!name.equals(SERVICE_FILE)) {
            return super.getResources(name);
        }
        List<URL> urls = new ArrayList<>();
        for (String file : files) {
            urls.add(new URL(null, "memory:" + SERVICE_FILE, new MemoryHandler(file)));
        }
        return Collections.enumeration(urls);
    }

    @Override
    protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
        if (name.equals(UNLINKABLE)) {
            throw new NoClassDefFoundError("org/example/MissingSuperclass");
        }
        return super.loadClass(name, resolve);
    }

    private static final class MemoryHandler extends URLStreamHandler {
        private final String content;

        MemoryHandler(String content) {
            this.content = content;
        }

        @Override
        protected URLConnection openConnection(URL url) {
            return new URLConnection(url) {
                @Override
                public void connect() {}

                @Override
                public InputStream getInputStream() {
                    return new ByteArrayInputStream(content.getBytes(StandardCharsets.UTF_8));
                }
            };
        }
    }
}
