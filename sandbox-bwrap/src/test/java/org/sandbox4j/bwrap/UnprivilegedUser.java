package org.sandbox4j.bwrap;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ThreadLocalRandom;
import org.junit.jupiter.api.Assumptions;

/** A uid without privileges for child JVMs: our own, or one that nobody has when the tests run as root. */
final class UnprivilegedUser implements AutoCloseable {
    private static final int LOWEST_UID = 20_000;
    private static final int HIGHEST_UID = 60_000;

    private final boolean own;
    private final int uid;
    private final Path copies;

    private UnprivilegedUser(boolean own, int uid, Path copies) {
        this.own = own;
        this.uid = uid;
        this.copies = copies;
    }

    static UnprivilegedUser create() throws IOException {
        boolean own = !ChildJvm.isRoot();
        int uid = own ? (Integer) ChildJvm.identity().get("uid") : unusedUid();
        Path copies = Files.createTempDirectory("sandbox4j-class-path-");
        Files.setAttribute(copies, "unix:mode", 0755);
        return new UnprivilegedUser(own, uid, copies);
    }

    /** Limits count what a uid has in all pid namespaces, so two runs of the tests at once must not share one. */
    private static int unusedUid() throws IOException {
        int uid = ThreadLocalRandom.current().nextInt(LOWEST_UID, HIGHEST_UID);
        String accounts = Files.readString(Path.of("/etc/passwd"));
        while (accounts.contains(":" + uid + ":")) {
            uid++;
        }
        return uid;
    }

    /** Makes a child JVM of this user, after a command in which its arguments stand last. */
    ChildJvm jvm(String launcher, String... below) throws IOException {
        ChildJvm jvm = ChildJvm.withLauncher(launcher);
        if (!own) {
            Assumptions.assumeTrue(
                    Files.isExecutable(Path.of("/usr/bin/setpriv")), "Skipped: setpriv of util-linux is needed.");
            jvm.below("setpriv", "--reuid=" + uid, "--regid=" + uid, "--clear-groups", "--inh-caps=-all");
            jvm.classPath(readableClassPath())
                    .option("-Djava.io.tmpdir=" + directory("tmp"))
                    .option("-Dsandbox4j.state=" + directory("state").resolve("key"));
        }
        return jvm.below(below);
    }

    /** Counts the processes and threads of this user, which share one limit, setrlimit(2). */
    int threads() throws IOException {
        int threads = 0;
        try (DirectoryStream<Path> processes = Files.newDirectoryStream(Path.of("/proc"), "[0-9]*")) {
            for (Path process : processes) {
                try (var tasks = Files.list(process.resolve("task"))) {
                    if (Integer.valueOf(uid).equals(Files.getAttribute(process, "unix:uid"))) {
                        threads += (int) tasks.count();
                    }
                } catch (IOException | UncheckedIOException e) {
                    // It has ended meanwhile, or is not ours to look at.
                }
            }
        }
        return threads;
    }

    /** Makes a directory that this user owns. */
    Path directory(String name) throws IOException {
        Path directory = copies.resolve(name);
        if (!Files.exists(directory)) {
            Files.createDirectory(directory);
            give(directory);
        }
        return directory;
    }

    void give(Path tree) throws IOException {
        if (own) {
            return;
        }
        try (var files = Files.walk(tree)) {
            for (Path file : files.toList()) {
                chown(file);
            }
        }
    }

    private void chown(Path file) throws IOException {
        for (Map.Entry<String, Integer> id :
                Map.of("unix:uid", uid, "unix:gid", uid).entrySet()) {
            Files.setAttribute(file, id.getKey(), id.getValue(), java.nio.file.LinkOption.NOFOLLOW_LINKS);
        }
    }

    private String readableClassPath() throws IOException {
        Path target = Files.createDirectories(copies.resolve("class-path"));
        List<String> entries = new ArrayList<>();
        for (String entry : System.getProperty("java.class.path").split(File.pathSeparator, -1)) {
            Path source = Path.of(entry);
            if (Files.exists(source)) {
                Path copy = target.resolve(entries.size() + "-" + source.getFileName());
                copy(source, copy);
                entries.add(copy.toString());
            }
        }
        give(target);
        return String.join(File.pathSeparator, entries);
    }

    private static void copy(Path source, Path copy) throws IOException {
        try (var files = Files.walk(source)) {
            for (Path file : files.toList()) {
                Path to = file.equals(source)
                        ? copy
                        : copy.resolve(source.relativize(file).toString());
                if (!Files.isDirectory(file) || !Files.exists(to)) {
                    Files.copy(file, to, StandardCopyOption.REPLACE_EXISTING);
                }
            }
        }
    }

    @Override
    public void close() throws IOException {
        Staging.remove(copies);
    }
}
