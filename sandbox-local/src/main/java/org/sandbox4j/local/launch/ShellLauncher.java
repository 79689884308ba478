package org.sandbox4j.local.launch;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.sandbox4j.SandboxSetupException;

/**
 * Starts processes with {@link ProcessBuilder}, for where JNA cannot be loaded. A constant shell script arranges the
 * descriptors and becomes the process; values reach it as positional arguments and files only. The control pipe is the
 * process's standard input, so it ends with the JVM; options, status and diagnostics are files of a directory in scratch,
 * which the command never gets to see.
 */
final class ShellLauncher implements Launcher {
    private static final String SCRIPT = """
            directory=$1 init=$2 stdin=$3 stderr=$4
            shift 4
            unset PWD OLDPWD
            if [ -n "$stdin" ]; then exec 7<"$stdin"; else exec 7<&-; fi
            if [ "$stderr" = merged ]; then exec 9>&-; else exec 9>&2; fi
            if [ -f "$directory/seccomp" ]; then exec 3<"$directory/seccomp"; else exec 3<&-; fi
            exec "$@" 5<&0 6>"$directory/status" 4<"$init" 8>&1 0<"$directory/options" 1>"$directory/diagnostics" 2>&1
            """;

    @Override
    public LaunchedProcess launch(LaunchRequest request) {
        return LaunchingThread.call(() -> start(request));
    }

    @Override
    public boolean watchesInOneThread() {
        return false;
    }

    @Override
    public String name() {
        return "process";
    }

    private static LaunchedProcess start(LaunchRequest request) {
        Path directory = request.scratch();
        @Nullable FileChannel stdin = null;
        try {
            Path init = InitProgram.inDirectory(directory);
            Path files = Files.createTempDirectory(
                    directory,
                    "launch-",
                    PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
            Files.write(files.resolve("options"), request.encodedOptions());
            if (request.seccomp().isPresent()) {
                Files.write(files.resolve("seccomp"), request.seccomp().get().encode());
            }
            Files.createFile(files.resolve("status"));
            Files.createFile(files.resolve("diagnostics"));
            Path fifo = files.resolve("stdin");
            if (request.stdin()) {
                stdin = openFifo(fifo);
            }
            List<String> command =
                    new ArrayList<>(List.of("/bin/sh", "-c", SCRIPT, "sh", files.toString(), init.toString()));
            command.add(request.stdin() ? fifo.toString() : "");
            command.add(request.mergedOutput() ? "merged" : "separate");
            command.addAll(request.command());
            ProcessBuilder builder = new ProcessBuilder(command);
            builder.environment().clear();
            return new ShellProcess(builder.start(), files, stdin);
        } catch (IOException e) {
            if (stdin != null) {
                NativeProcess.closeQuietly(stdin);
            }
            throw failure(e);
        } catch (OutOfMemoryError e) {
            throw LaunchingThread.noThread(e);
        }
    }

    /** Opened for both directions, which does not wait for the other side, fifo(7). */
    private static FileChannel openFifo(Path fifo) throws IOException {
        Process make = new ProcessBuilder("/bin/sh", "-c", "exec mkfifo -m 600 \"$1\"", "sh", fifo.toString())
                .redirectErrorStream(true)
                .start();
        make.getOutputStream().close();
        String message = new String(make.getInputStream().readAllBytes(), HostCharset.forPaths());
        if (InitProgram.waitFor(make) != 0) {
            throw new IOException("mkfifo: " + message.strip());
        }
        return FileChannel.open(fifo, StandardOpenOption.READ, StandardOpenOption.WRITE);
    }

    private static SandboxSetupException failure(IOException cause) {
        String text = String.valueOf(cause.getMessage());
        if (text.contains("Too many open files")) {
            return new SandboxSetupException(
                    "no-descriptors",
                    "Cannot start a process for the sandbox: this JVM has no descriptors left. Raise its limit (ulimit -n), "
                            + "or run fewer sandboxes at once.",
                    cause);
        }
        if (text.contains("Resource temporarily unavailable") || text.contains("Cannot allocate memory")) {
            return new SandboxSetupException(
                    "fork-refused",
                    "Cannot start a process for the sandbox: the kernel refused another process. Raise the limit of processes "
                            + "(ulimit -u, or the pids cgroup) or free memory.",
                    cause);
        }
        return new SandboxSetupException(
                "Cannot start a process for the sandbox: " + text
                        + ". The scratch directory must be writable, and the host needs a shell at /bin/sh.",
                cause);
    }
}
