package org.sandbox4j.local.launch;

import com.sun.jna.LastErrorException;
import com.sun.jna.Memory;
import com.sun.jna.Native;
import com.sun.jna.Pointer;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.sandbox4j.SandboxSetupException;

/**
 * Starts processes with posix_spawn(3): in a session of their own, with default signals, and with exactly the descriptors
 * of {@link Descriptors}. All pipes are close-on-exec from birth, so no other child of the JVM inherits them.
 */
final class NativeLauncher implements Launcher {
    /** What a pipe holds at least, pipe(7); that much can be written before anybody reads. */
    private static final int PIPE_CAPACITY = 64 * 1024;

    private final InitInMemory init = new InitInMemory();

    @Override
    public LaunchedProcess launch(LaunchRequest request) {
        LaunchingThread thread = LaunchingThread.ofThisJvm();
        return thread.launch(() -> spawn(request, thread::processEnded));
    }

    @Override
    public LaunchedProcess launchHere(LaunchRequest request) {
        return spawn(request, () -> {});
    }

    @Override
    public boolean watchesInOneThread() {
        return true;
    }

    @Override
    public boolean offersTerminals() {
        return true;
    }

    @Override
    public String name() {
        return "native";
    }

    private LaunchedProcess spawn(LaunchRequest request, Runnable ended) {
        try (InitInMemory.Use used = init.use();
                SpawnPipes pipes = new SpawnPipes()) {
            Descriptor options = pipes.toChild(Descriptors.OPTIONS);
            pipes.give(used.descriptor(), Descriptors.INIT);
            Descriptor control = pipes.toChild(Descriptors.CONTROL);
            Descriptor status = pipes.fromChild(Descriptors.STATUS);
            Descriptor diagnostics = pipes.fromChild(Descriptors.DIAGNOSTICS, 2);
            @Nullable Descriptor stdin = request.stdin() ? pipes.toChild(Descriptors.STDIN) : null;
            @Nullable Descriptor stdout = request.hasStdoutPipe() ? pipes.fromChild(Descriptors.STDOUT) : null;
            @Nullable Descriptor stderr = request.hasStderrPipe() ? pipes.fromChild(Descriptors.STDERR) : null;
            @Nullable
            Descriptor terminal = request.terminal().isPresent() ? pipes.fromChild(Descriptors.TERMINAL) : null;

            byte[] encoded = request.stage().before(request.options());
            request.seccomp().ifPresent(program -> writeAndClose(pipes.toChild(Descriptors.SECCOMP), program.encode()));
            boolean optionsFit = encoded.length <= PIPE_CAPACITY;
            if (optionsFit) {
                writeAndClose(options, encoded);
            }
            int pid = spawn(request.stage().before(request.command()), pipes.childDescriptors());
            pipes.keepParentEnds();
            if (!optionsFit) {
                writeAndClose(options, encoded);
            }
            return new NativeProcess(pid, ended, control, status, diagnostics, stdin, stdout, stderr, terminal);
        } catch (LastErrorException e) {
            throw failure("pipes", e.getErrorCode(), e);
        }
    }

    @Override
    public HelperAnswer ask(List<String> command, byte[] input, Path scratch) {
        try (InitInMemory.Use used = init.use();
                SpawnPipes pipes = new SpawnPipes()) {
            Descriptor instructions = pipes.toChild(Descriptors.OPTIONS);
            pipes.give(used.descriptor(), Descriptors.INIT);
            Descriptor diagnostics = pipes.fromChild(Descriptors.DIAGNOSTICS, 2);
            writeAndClose(instructions, input);
            int pid = spawn(command, pipes.childDescriptors());
            pipes.closeChildEnds();
            return NativeProcess.awaitHelper(pid, diagnostics);
        } catch (LastErrorException e) {
            throw failure("pipes", e.getErrorCode(), e);
        }
    }

    private int spawn(List<String> command, List<SpawnPipes.Given> given) {
        try (Memory actions = new Memory(LibC.OPAQUE_SIZE);
                Memory attributes = attributes();
                Memory argv = new Memory((long) Native.POINTER_SIZE * (command.size() + 1));
                Memory envp = new Memory(Native.POINTER_SIZE)) {
            LibC.posix_spawn_file_actions_init(actions);
            List<Integer> unused = new ArrayList<>(List.of(
                    Descriptors.SECCOMP,
                    Descriptors.STDIN,
                    Descriptors.STDOUT,
                    Descriptors.STDERR,
                    Descriptors.TERMINAL));
            for (SpawnPipes.Given one : given) {
                LibC.posix_spawn_file_actions_adddup2(actions, one.source(), one.target());
                unused.remove((Integer) one.target());
            }
            unused.forEach(number -> LibC.posix_spawn_file_actions_addclose(actions, number));
            LibC.posix_spawn_file_actions_addclosefrom_np(actions, Descriptors.END);

            List<Memory> strings = new ArrayList<>();
            for (int i = 0; i < command.size(); i++) {
                byte[] bytes = command.get(i).getBytes(HostCharset.forPaths());
                Memory string = new Memory(bytes.length + 1L);
                string.write(0, bytes, 0, bytes.length);
                string.setByte(bytes.length, (byte) 0);
                strings.add(string);
                argv.setPointer((long) i * Native.POINTER_SIZE, string);
            }
            argv.setPointer((long) command.size() * Native.POINTER_SIZE, Pointer.NULL);
            envp.setPointer(0, Pointer.NULL);
            int[] pid = new int[1];
            byte[] path = (command.get(0) + "\0").getBytes(HostCharset.forPaths());
            int error = LibC.posix_spawn(pid, path, actions, attributes, argv, envp);
            strings.forEach(Memory::close);
            LibC.posix_spawn_file_actions_destroy(actions);
            if (error != 0) {
                throw failure("'" + command.get(0) + "'", error, null);
            }
            return pid[0];
        }
    }

    private static void writeAndClose(Descriptor target, byte[] content) {
        try (DescriptorOutputStream stream = new DescriptorOutputStream(target)) {
            stream.write(content);
        } catch (IOException e) {
            // The program has ended without reading them all; how it ended tells why.
        }
    }

    /** Made for each process: native memory that is kept would keep JNA's cleaning thread, and that the class loader. */
    private static Memory attributes() {
        Memory attributes = new Memory(LibC.OPAQUE_SIZE);
        LibC.posix_spawnattr_init(attributes);
        LibC.posix_spawnattr_setflags(attributes, (short)
                (LibC.POSIX_SPAWN_SETSID | LibC.POSIX_SPAWN_SETSIGDEF | LibC.POSIX_SPAWN_SETSIGMASK));
        try (Memory signals = new Memory(LibC.OPAQUE_SIZE)) {
            LibC.sigfillset(signals);
            LibC.posix_spawnattr_setsigdefault(attributes, signals);
            LibC.sigemptyset(signals);
            LibC.posix_spawnattr_setsigmask(attributes, signals);
        }
        return attributes;
    }

    private static SandboxSetupException failure(String what, int error, @Nullable Throwable cause) {
        String message = "Cannot start " + what + " for the sandbox: ";
        return switch (error) {
            case LibC.EMFILE ->
                new SandboxSetupException(
                        "no-descriptors",
                        message
                                + "this JVM has no descriptors left (EMFILE). Raise its limit (ulimit -n), or run fewer sandboxes at once.",
                        cause);
            case LibC.ENFILE ->
                new SandboxSetupException(
                        "no-descriptors",
                        message
                                + "this host has no descriptors left (ENFILE). Raise fs.file-max, or run fewer sandboxes at once.",
                        cause);
            case LibC.EAGAIN, LibC.ENOMEM ->
                new SandboxSetupException(
                        "fork-refused",
                        message + "the kernel refused another process (error " + error
                                + "). Raise the limit of processes (ulimit -u, or the pids cgroup) or free memory.",
                        cause);
            default -> new SandboxSetupException("setup-failed", message + "error " + error + ", see errno(3).", cause);
        };
    }
}
