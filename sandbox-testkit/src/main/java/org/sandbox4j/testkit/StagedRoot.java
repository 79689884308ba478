package org.sandbox4j.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Assumptions;
import org.sandbox4j.Isolation;
import org.sandbox4j.Sandbox;
import org.sandbox4j.SandboxBuilder;
import org.sandbox4j.Stdio;

/**
 * The directory of one sandbox, whose root has busybox in {@code /bin} and nothing else, and a place of the host beside
 * it that no command may see or change. {@link SandboxContract} makes one for each check and closes it afterwards.
 */
public final class StagedRoot implements AutoCloseable {
    private final SandboxContract contract;
    private final Path base;
    private final Deque<AutoCloseable> opened = new ArrayDeque<>();

    private StagedRoot(SandboxContract contract, Path base) {
        this.contract = contract;
        this.base = base;
    }

    static StagedRoot create(SandboxContract contract) {
        try {
            Path base = Files.createTempDirectory("sandbox4j-testkit-").toRealPath();
            Files.createDirectory(base.resolve("outside"));
            StagedRoot staged = new StagedRoot(contract, base);
            Busybox.installInto(staged.root().resolve("bin"));
            return staged;
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot stage a root", e);
        }
    }

    /**
     * Returns what {@link Sandbox#builder(Path)} gets.
     *
     * @return a directory of the host
     */
    public Path directory() {
        return base.resolve("sandbox");
    }

    /**
     * Returns the root that commands see.
     *
     * @return a directory of the host
     */
    public Path root() {
        return directory().resolve("root");
    }

    /**
     * Returns a file below the root.
     *
     * @param path an absolute path inside the sandbox
     * @return its path on the host
     */
    public Path root(String path) {
        return root().resolve(path.substring(1));
    }

    /**
     * Returns a directory that is not part of the sandbox.
     *
     * @return a directory of the host, empty at first
     */
    public Path outside() {
        return base.resolve("outside");
    }

    /**
     * Opens a sandbox. It is closed together with this. Its standard input is empty also for interactive runs, since
     * the one of this JVM may belong to the tool that runs the tests; apart from that it has the backend's defaults.
     *
     * @return the sandbox
     */
    public Sandbox open() {
        return open(UnaryOperator.identity());
    }

    /**
     * Opens a sandbox as {@link #open()} does, with more settings. It is closed together with this.
     *
     * @param settings adds the settings
     * @return the sandbox
     */
    public Sandbox open(UnaryOperator<SandboxBuilder> settings) {
        Sandbox sandbox =
                contract.open(settings.apply(contract.builder(directory()).stdin(Stdio.discard())));
        opened.push(sandbox);
        return sandbox;
    }

    /** Returns the directory above all others. */
    Path base() {
        return base;
    }

    /**
     * Stages one more root, for a sandbox of its own. It is closed together with this.
     *
     * @return another staged root
     */
    public StagedRoot another() {
        StagedRoot other = create(contract);
        opened.push(other);
        return other;
    }

    /**
     * Stages a directory and those above it.
     *
     * @param path an absolute path inside the sandbox
     * @return this
     */
    public StagedRoot directory(String path) {
        try {
            Files.createDirectories(root(path));
            return this;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /**
     * Stages a file and the directories above it.
     *
     * @param path an absolute path inside the sandbox
     * @param content its content
     * @return this
     */
    public StagedRoot file(String path, String content) {
        try {
            Files.createDirectories(root(path).getParent());
            Files.writeString(root(path), content);
            return this;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /**
     * Stages a script of the shell, executable for everybody, and the directories above it.
     *
     * @param path an absolute path inside the sandbox
     * @param script the lines after {@code #!/bin/sh}
     * @return this
     */
    public StagedRoot program(String path, String script) {
        file(path, "#!/bin/sh\n" + script + "\n");
        return mode(path, "rwxr-xr-x");
    }

    /**
     * Stages a symbolic link and the directories above it.
     *
     * @param path an absolute path inside the sandbox
     * @param target where it leads, any text
     * @return this
     */
    public StagedRoot link(String path, String target) {
        try {
            Files.createDirectories(root(path).getParent());
            Files.createSymbolicLink(root(path), Path.of(target));
            return this;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /**
     * Changes the mode of a staged file.
     *
     * @param path an absolute path inside the sandbox
     * @param permissions the permissions in the form {@code rwxr-x---}
     * @return this
     */
    public StagedRoot mode(String path, String permissions) {
        try {
            Files.setPosixFilePermissions(root(path), PosixFilePermissions.fromString(permissions));
            return this;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /**
     * Skips the check unless the backend has a capability.
     *
     * @param capability what the check needs
     */
    public void assume(Capability capability) {
        Assumptions.assumeTrue(has(capability), capability.absence());
    }

    /** Tells whether the backend has a capability. */
    boolean has(Capability capability) {
        return contract.capabilities().contains(capability);
    }

    /**
     * Skips the check unless a sandbox guarantees something here.
     *
     * @param sandbox the sandbox
     * @param guarantee what the check is about
     */
    public void assume(Sandbox sandbox, Isolation guarantee) {
        Assumptions.assumeTrue(
                sandbox.isolation().contains(guarantee),
                () -> "Skipped: this sandbox does not guarantee " + guarantee + " on this host, only "
                        + sandbox.isolation() + ".");
    }

    /** Returns the processes of this host that use this directory or what is beside it, whatever sandbox they are in. */
    List<String> processes() {
        return HostProcesses.around(base);
    }

    /** Starts a JVM that opens sandboxes of the same backend. It is killed when this is closed. */
    ChildJvm start(ChildJvm.Launch launch) {
        ChildJvm child = launch.start(contract.systemProperties(), outside());
        opened.push(child);
        return child;
    }

    /** Starts a JVM as {@link #start} does, on a terminal of the host. Skips the check where none can be made. */
    ChildTerminal startOnTerminal(ChildJvm.Launch launch, String redirection) {
        ChildTerminal child = ChildTerminal.start(launch.command(contract.systemProperties()), redirection, outside());
        opened.push(child);
        return child;
    }

    /** Closes the sandboxes, and removes everything unless something is still mounted there, which fails. */
    @Override
    public void close() {
        List<RuntimeException> failures = new ArrayList<>();
        while (!opened.isEmpty()) {
            try {
                opened.pop().close();
            } catch (RuntimeException e) {
                failures.add(e);
            } catch (Exception e) {
                failures.add(new IllegalStateException(e));
            }
        }
        if (!Files.exists(base)) {
            return;
        }
        assertThat(Census.visibleMounts().stream().filter(target -> target.startsWith(base.toString())))
                .as("mounts that the host sees in the sandbox's directory")
                .isEmpty();
        remove(base);
        if (!failures.isEmpty()) {
            failures.subList(1, failures.size()).forEach(failures.get(0)::addSuppressed);
            throw failures.get(0);
        }
    }

    private static void remove(Path top) {
        try {
            Files.walkFileTree(top, new SimpleFileVisitor<>() {
                @Override
                public FileVisitResult preVisitDirectory(Path directory, BasicFileAttributes attributes)
                        throws IOException {
                    if (!Files.isReadable(directory)
                            || !Files.isWritable(directory)
                            || !Files.isExecutable(directory)) {
                        Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwx------"));
                    }
                    return FileVisitResult.CONTINUE;
                }

                @Override
                public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
                    Files.delete(file);
                    return FileVisitResult.CONTINUE;
                }

                @Override
                public FileVisitResult postVisitDirectory(Path directory, IOException e) throws IOException {
                    Files.delete(directory);
                    return FileVisitResult.CONTINUE;
                }
            });
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot remove " + top, e);
        }
    }
}
