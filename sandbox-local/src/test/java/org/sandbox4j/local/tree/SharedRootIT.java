package org.sandbox4j.local.tree;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.sandbox4j.local.TestJvm;

/** One root that several threads, class loaders and JVMs use at once, some of which are killed. */
class SharedRootIT {
    @TempDir
    Path base;

    private Path root;

    @BeforeEach
    void stage() throws IOException {
        root = Files.createDirectories(base.resolve("sandbox/root"));
    }

    private StagedRoot open() {
        return StagedRoot.open(new TreeConfig(base.resolve("sandbox")));
    }

    /** Whatever others end meanwhile, what a run was promised is there until its own end. */
    @Test
    void prepare_manyThreads_neverLoseTheirMountPoints() throws Exception {
        ExecutorService threads = Executors.newFixedThreadPool(4);
        try (StagedRoot staged = open()) {
            Callable<Integer> work = () -> {
                int missing = 0;
                for (int i = 0; i < 300; i++) {
                    try (PreparedTree prepared = staged.prepare(Needs.nothing())) {
                        for (var mount : prepared.mounts()) {
                            missing += Files.isDirectory(TreePath.onHost(root, mount.target())) ? 0 : 1;
                        }
                    }
                }
                return missing;
            };
            for (Future<Integer> missing : threads.invokeAll(List.of(work, work, work, work))) {
                assertThat(missing.get())
                        .as("mount points that were gone during a run")
                        .isZero();
            }
        } finally {
            threads.shutdownNow();
        }
        assertThat(root).isEmptyDirectory();
    }

    @Test
    void open_afterAKilledJvm_removesItsMountPoints() throws Exception {
        try (TestJvm other = TestJvm.start(HoldRoot.class, base.resolve("sandbox"))) {
            other.awaitLine("prepared");
            assertThat(StagedRootTest.names(root)).containsExactly("dev", "lasting", "proc", "tmp");
            Files.writeString(root.resolve("proc/file"), "precious");

            other.kill();
            open().close();
        }

        assertThat(StagedRootTest.names(root)).containsExactly("lasting", "proc");
        assertThat(root.resolve("proc/file")).hasContent("precious");
        assertThat(base.resolve("sandbox/scratch")).doesNotExist();
    }

    @Test
    void close_whileAnotherJvmRuns_keepsItsMountPoints() throws Exception {
        try (TestJvm other = TestJvm.start(HoldRoot.class, base.resolve("sandbox"))) {
            other.awaitLine("prepared");

            StagedRoot staged = open();
            staged.prepare(Needs.nothing()).close();
            staged.close();

            assertThat(StagedRootTest.names(root)).containsExactly("dev", "lasting", "proc", "tmp");
            other.send("release");
            other.awaitLine("released");
            assertThat(StagedRootTest.names(root)).containsExactly("lasting");
        }
    }

    /** The kernel takes a mount away from every namespace when the directory below it is removed. */
    @Test
    void release_byTheJvmThatMadeThem_keepsMountPointsThatAnotherJvmUses() throws Exception {
        try (TestJvm other = TestJvm.start(HoldRoot.class, base.resolve("sandbox"));
                StagedRoot staged = open()) {
            other.awaitLine("prepared");
            try (PreparedTree prepared = staged.prepare(Needs.nothing())) {
                assertThat(prepared.mounts()).isNotEmpty();
                other.send("release");
                other.awaitLine("released");

                assertThat(StagedRootTest.names(root)).contains("dev", "proc", "tmp");
            }
        }
        assertThat(StagedRootTest.names(root)).containsExactly("lasting");
    }

    /** Two applications in one container have the library twice in one JVM. */
    @Test
    void open_byTwoClassLoaders_sharesTheRoot() throws Exception {
        try (StagedRoot own = open();
                PreparedTree prepared = own.prepare(Needs.nothing());
                URLClassLoader loader = new URLClassLoader(classPath(), ClassLoader.getPlatformClassLoader())) {
            assertThat(prepared.mounts()).isNotEmpty();

            Class<?> second = loader.loadClass(OpenAndClose.class.getName());
            ((Runnable) second.getDeclaredConstructor(String.class)
                            .newInstance(base.resolve("sandbox").toString()))
                    .run();

            assertThat(StagedRootTest.names(root)).containsExactly("dev", "proc", "tmp");
        }
        assertThat(root).isEmptyDirectory();
    }

    private static URL[] classPath() throws IOException {
        List<URL> urls = new ArrayList<>();
        for (String entry : System.getProperty("java.class.path").split(File.pathSeparator, -1)) {
            urls.add(Path.of(entry).toUri().toURL());
        }
        return urls.toArray(URL[]::new);
    }

    /** Uses a root once. */
    public static final class OpenAndClose implements Runnable {
        private final String directory;

        /** Takes the sandbox's directory. */
        public OpenAndClose(String directory) {
            this.directory = directory;
        }

        @Override
        public void run() {
            try (StagedRoot staged = StagedRoot.open(new TreeConfig(Path.of(directory)))) {
                staged.prepare(Needs.nothing()).close();
            }
        }
    }

    /** Prepares a root, and releases it when it is told to. */
    public static final class HoldRoot {
        /** Takes the sandbox's directory. */
        public static void main(String[] arguments) throws IOException {
            try (StagedRoot staged = StagedRoot.open(new TreeConfig(Path.of(arguments[0])))) {
                PreparedTree prepared = staged.prepare(Needs.workDirectory("/lasting"));
                System.out.println("prepared");
                while (System.in.read() != '\n') {
                    // The line is not complete.
                }
                prepared.close();
                System.out.println("released");
                while (System.in.read() >= 0) {
                    // Stays until it is killed.
                }
            }
        }
    }
}
