package org.sandbox4j.bwrap;

import java.io.File;
import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * A user without an account, as whom a superuser can start JVMs, with directories of its own and a copy of the class
 * path that it can read. Nothing of it stays on the machine.
 */
final class OrdinaryUser implements AutoCloseable {
    private static final int LOWEST_UID = 20_000;
    private static final int UIDS = 40_000;

    private final int uid;
    private final Path directory;
    private final List<Process> started = new ArrayList<>();

    private OrdinaryUser(int uid, Path directory) {
        this.uid = uid;
        this.directory = directory;
    }

    static OrdinaryUser create() throws IOException {
        Path directory = Files.createTempDirectory("sandbox4j-ordinary-user-");
        Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwxr-xr-x"));
        OrdinaryUser user = new OrdinaryUser(freeUid(), directory);
        user.ownDirectory("home");
        user.ownDirectory("tmp");
        return user;
    }

    /** Starts a class of this class path in a JVM of this user. Its errors go to ours. */
    Process start(Class<?> main, List<String> arguments) throws IOException {
        List<String> command = new ArrayList<>(List.of(
                "setpriv",
                "--reuid=" + uid,
                "--regid=" + uid,
                "--clear-groups",
                "--inh-caps=-all",
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                readableClassPath(),
                TestedBackend.option(),
                "-Djava.io.tmpdir=" + directory.resolve("tmp"),
                "-Duser.home=" + directory.resolve("home"),
                "-Dsandbox4j.state=" + directory.resolve("home/state")));
        if (Runtime.version().feature() >= 22) {
            command.add("--enable-native-access=ALL-UNNAMED");
        }
        command.add(main.getName());
        command.addAll(arguments);
        ProcessBuilder builder = new ProcessBuilder(command)
                .directory(directory.resolve("home").toFile())
                .redirectError(ProcessBuilder.Redirect.INHERIT);
        Map<String, String> environment = builder.environment();
        environment.keySet().retainAll(List.of("PATH", "LANG", "LC_ALL"));
        environment.put("HOME", directory.resolve("home").toString());
        Process process = builder.start();
        started.add(process);
        return process;
    }

    /** Tells why no such user can be had here, if so. */
    static String obstacle() throws IOException {
        Object uid = Files.getAttribute(Path.of("/proc/self"), "unix:uid");
        if (!Integer.valueOf(0).equals(uid)) {
            return "Skipped: the tests run as an ordinary user already (uid " + uid + "), in the other classes.";
        }
        boolean setpriv =
                List.of("/usr/bin/setpriv", "/bin/setpriv").stream().anyMatch(file -> new File(file).canExecute());
        return setpriv ? "" : "Skipped: setpriv of util-linux is needed in order to become an ordinary user.";
    }

    private String readableClassPath() throws IOException {
        Path copies = Files.createDirectory(directory.resolve("class-path"));
        List<String> entries = new ArrayList<>();
        for (String entry : System.getProperty("java.class.path").split(File.pathSeparator, -1)) {
            Path original = Path.of(entry);
            if (Files.exists(original)) {
                Path copy = copies.resolve(entries.size() + "-" + original.getFileName());
                copyReadable(original, copy);
                entries.add(copy.toString());
            }
        }
        openToEverybody(copies);
        return entries.stream().collect(Collectors.joining(File.pathSeparator));
    }

    private void ownDirectory(String name) throws IOException {
        Path own = Files.createDirectory(directory.resolve(name));
        Files.setAttribute(own, "unix:uid", uid, LinkOption.NOFOLLOW_LINKS);
        Files.setAttribute(own, "unix:gid", uid, LinkOption.NOFOLLOW_LINKS);
    }

    /** Two builds at once get two uids. */
    private static int freeUid() throws IOException {
        List<String> taken = Files.readAllLines(Path.of("/etc/passwd")).stream()
                .map(line -> line.split(":", -1))
                .filter(fields -> fields.length > 2)
                .map(fields -> fields[2])
                .toList();
        int uid = LOWEST_UID + (int) (ProcessHandle.current().pid() % UIDS);
        while (taken.contains(Integer.toString(uid))) {
            uid++;
        }
        return uid;
    }

    private static void copyReadable(Path original, Path copy) throws IOException {
        Files.walkFileTree(original, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult preVisitDirectory(Path visited, BasicFileAttributes attributes) throws IOException {
                Files.createDirectory(copy.resolve(original.relativize(visited)));
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult visitFile(Path visited, BasicFileAttributes attributes) throws IOException {
                String relative = original.relativize(visited).toString();
                Files.copy(visited, relative.isEmpty() ? copy : copy.resolve(relative));
                return FileVisitResult.CONTINUE;
            }
        });
    }

    private static void openToEverybody(Path top) throws IOException {
        try (var paths = Files.walk(top)) {
            for (Path path : paths.toList()) {
                String permissions = Files.isDirectory(path) ? "rwxr-xr-x" : "rw-r--r--";
                Files.setPosixFilePermissions(path, PosixFilePermissions.fromString(permissions));
            }
        }
    }

    @Override
    public void close() throws IOException {
        started.forEach(Process::destroyForcibly);
        Files.walkFileTree(directory, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
                Files.deleteIfExists(file);
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult postVisitDirectory(Path visited, IOException e) throws IOException {
                Files.deleteIfExists(visited);
                return FileVisitResult.CONTINUE;
            }
        });
    }
}
