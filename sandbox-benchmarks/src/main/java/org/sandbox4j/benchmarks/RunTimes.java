package org.sandbox4j.benchmarks;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.sandbox4j.Sandbox;
import org.sandbox4j.SandboxCommand;
import org.sandbox4j.SandboxFlags;

/** How long one run of {@code true} takes, from the call to the end of everything. In milliseconds. */
final class RunTimes implements AutoCloseable {
    static final String RAW = "C: `posix_spawn` of the library's command line (a)";
    static final String CLASSIC = "C: bubblewrap starts `true` itself, same isolation (a2)";
    static final String BUILDSTREAM = "C: bubblewrap with BuildStream 1.6's options (a3)";
    static final String BUILDER = "Java: `ProcessBuilder`, command line of (a2) (b)";
    static final String NATIVE = "**`run(true)`, native launcher (c)**";
    static final String PROCESS = "`run(true)`, process launcher (d)";
    static final String UNSTAGED = "`run(true)`, native, root without `/dev`, `/proc`, `/tmp` (e)";
    static final String RAW_WRITABLE = "C: as (a), root writable by a plain bind (f)";
    static final String WRITABLE = "**`run(true)`, native, root writable and protected (g)**";
    static final String RAW_MARK = "C: as (a), one directory writable by a plain bind (h)";
    static final String ARTIFACT_MARK = "**`run(true)`, native, one artifact mark (i)**";

    static final String PLAIN_CHROOT = "C: `unshare` and `chroot` with a `/proc`, nothing else (t)";
    static final String MOUNTED_CHROOT = "C: `unshare`, the library's mounts by `mount`, `chroot` (u)";
    static final String CHROOT = "**`run(true)`, native launcher, chroot backend (v)**";

    private static final Set<SandboxFlags> READ_ONLY = Set.of(SandboxFlags.ROOT_READ_ONLY);
    private static final Set<SandboxFlags> NO_FLAGS = EnumSet.noneOf(SandboxFlags.class);
    private static final List<String> TRUE = List.of("/bin/true");
    private static final String MARK = "/build";

    private final LineServer spawn;
    private final Recording raw;
    private final Recording rawWritable;
    private final Recording rawMark;
    private final Recording classic;
    private final Recording buildStream;
    private final Recording plainChroot;
    private final Recording mountedChroot;
    private final Sandbox chrootSandbox;
    private final Sandbox nativeSandbox;
    private final Sandbox processSandbox;
    private final Sandbox unstaged;
    private final Sandbox diverting;
    private final Sandbox marked;

    RunTimes(Path directory, Path spawnProgram, LineServer spawn) throws IOException, InterruptedException {
        this.spawn = spawn;
        Path staged = directory.resolve("staged");
        BusyboxRoot.stage(staged.resolve("root"), true);
        BusyboxRoot.stage(directory.resolve("unstaged/root"), false);
        SandboxCommand readOnly =
                SandboxCommand.builder("true").flags(READ_ONLY).build();
        raw = Recording.of(staged, spawnProgram, directory.resolve("raw"), readOnly);
        rawWritable = Recording.of(staged, spawnProgram, directory.resolve("raw-writable"), SandboxCommand.of("true"));
        rawMark = Recording.of(staged, spawnProgram, directory.resolve("raw-mark"), readOnly, MARK);
        List<String> classicOptions = new ArrayList<>(raw.options());
        classicOptions.remove("--as-pid-1");
        classic = Recording.direct(directory.resolve("classic"), classicOptions, TRUE, raw);
        buildStream = Recording.direct(directory.resolve("buildstream"), buildStreamOptions(directory), TRUE);
        PlainChroot chroot = new PlainChroot(staged.resolve("root"));
        plainChroot = chroot.minimal(directory.resolve("plain-chroot"));
        mountedChroot = chroot.withAllMounts(directory.resolve("mounted-chroot"));
        chrootSandbox = Sandboxes.openChroot(staged);
        nativeSandbox = Sandboxes.open(staged, Sandboxes.NATIVE);
        processSandbox = Sandboxes.open(staged, Sandboxes.PROCESS);
        unstaged = Sandboxes.open(directory.resolve("unstaged"), Sandboxes.NATIVE);
        diverting = Sandboxes.openDiverting(staged);
        marked = Sandboxes.openDiverting(staged);
        marked.markDirectory(MARK, true);
    }

    Map<String, Samples> measure(int warmUp, int rounds) throws IOException, InterruptedException {
        return new Contest()
                .add(RAW, () -> inC(raw))
                .add(CLASSIC, () -> inC(classic))
                .add(BUILDSTREAM, () -> inC(buildStream))
                .add(BUILDER, () -> withProcessBuilder(classic))
                .add(NATIVE, () -> run(nativeSandbox, READ_ONLY))
                .add(PROCESS, () -> run(processSandbox, READ_ONLY))
                .add(UNSTAGED, () -> run(unstaged, READ_ONLY))
                .add(RAW_WRITABLE, () -> inC(rawWritable))
                .add(WRITABLE, () -> run(diverting, NO_FLAGS))
                .add(RAW_MARK, () -> inC(rawMark))
                .add(ARTIFACT_MARK, () -> run(marked, READ_ONLY))
                .add(PLAIN_CHROOT, () -> inC(plainChroot))
                .add(MOUNTED_CHROOT, () -> inC(mountedChroot))
                .add(CHROOT, () -> run(chrootSandbox, READ_ONLY))
                .warmUp(warmUp, List.of(CHROOT, BUILDER, NATIVE, PROCESS, UNSTAGED, WRITABLE, ARTIFACT_MARK))
                .hold(rounds);
    }

    /** What the throughput is measured with. */
    Recording raw() {
        return raw;
    }

    Sandbox nativeSandbox() {
        return nativeSandbox;
    }

    Sandbox processSandbox() {
        return processSandbox;
    }

    static void runTrue(Sandbox sandbox, Set<SandboxFlags> flags) throws InterruptedException {
        int code = sandbox.run(List.of("true"), flags, null, null);
        if (code != 0) {
            throw new IllegalStateException("true exited with " + code);
        }
    }

    @Override
    public void close() {
        chrootSandbox.close();
        nativeSandbox.close();
        processSandbox.close();
        unstaged.close();
        diverting.close();
        marked.close();
    }

    private double inC(Recording recording) throws IOException {
        return spawn.askNanoseconds("run " + recording.directory()) / Timed.MILLISECOND;
    }

    private static double run(Sandbox sandbox, Set<SandboxFlags> flags) throws InterruptedException {
        long start = System.nanoTime();
        runTrue(sandbox, flags);
        return (System.nanoTime() - start) / Timed.MILLISECOND;
    }

    /** What a careful caller without a library does. Without seccomp, since it cannot hand over a descriptor. */
    private static double withProcessBuilder(Recording recording) throws IOException, InterruptedException {
        List<String> options = new ArrayList<>(recording.options());
        int seccomp = options.indexOf("--seccomp");
        if (seccomp >= 0) {
            options.subList(seccomp, seccomp + 2).clear();
        }
        long start = System.nanoTime();
        List<String> command = new ArrayList<>(List.of(Recording.bubblewrap().toString()));
        command.addAll(options);
        command.add("--");
        command.addAll(TRUE);
        ProcessBuilder builder = new ProcessBuilder(command);
        builder.environment().clear();
        Process process = builder.start();
        process.getOutputStream().close();
        try (InputStream stdout = process.getInputStream();
                InputStream stderr = process.getErrorStream()) {
            int written = stdout.readAllBytes().length + stderr.readAllBytes().length;
            int code = process.waitFor();
            if (code != 0 || written != 0) {
                throw new IllegalStateException("bwrap exited with " + code + " and wrote " + written + " bytes");
            }
        }
        return (System.nanoTime() - start) / Timed.MILLISECOND;
    }

    /** It binds the devices into the tree and makes the root read-only last, so it gets a root of its own. */
    private static List<String> buildStreamOptions(Path directory) throws IOException {
        Path root = directory.resolve("buildstream-root");
        BusyboxRoot.stage(root, true);
        List<String> options = new ArrayList<>(List.of("--unshare-pid", "--die-with-parent"));
        options.addAll(List.of("--bind", root.toString(), "/"));
        options.addAll(List.of("--unshare-net", "--unshare-uts", "--hostname", "buildstream", "--unshare-ipc"));
        options.addAll(List.of("--chdir", "/", "--proc", "/proc", "--tmpfs", "/tmp"));
        List<String> devices = new ArrayList<>(List.of("/dev/full"));
        devices.addAll(Sandbox.DEVICES);
        for (String device : devices) {
            Files.createFile(root.resolve(device.substring(1)));
            options.addAll(List.of("--dev-bind", device, device));
        }
        options.addAll(List.of("--remount-ro", "/", "--unshare-user", "--uid", "0", "--gid", "0"));
        return options;
    }
}
