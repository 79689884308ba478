package org.sandbox4j.local.launch;

import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.sandbox4j.SandboxSetupException;
import org.sandbox4j.local.host.ContextClassLoader;
import org.sandbox4j.local.host.HostErrors;

/**
 * Starts processes with {@link ProcessBuilder}, for where JNA cannot be loaded. A constant shell script arranges the
 * descriptors and becomes the process; values reach it as positional arguments and files only. A process has one pipe for
 * input: it is the control pipe, or, when the command has an input, that input, and control is a fifo. Both end with the JVM;
 * the script opens the fifo for both directions first, since opening it for reading would wait for a JVM that is gone, fifo(7).
 * Fifo, options, status and diagnostics are in a directory in scratch, which the command never gets to see.
 */
final class ShellLauncher implements Launcher {
    private static final String SCRIPT = """
            directory=$1 init=$2 control=$3 stderr=$4
            shift 4
            unset PWD OLDPWD
            if [ -n "$control" ]; then exec 7<&0 6<>"$control" 5<"$control" 6>&-; else exec 7<&- 5<&0; fi
            if [ "$stderr" = merged ]; then exec 9>&-; else exec 9>&2; fi
            if [ -f "$directory/seccomp" ]; then exec 3<"$directory/seccomp"; else exec 3<&-; fi
            exec "$@" 6>"$directory/status" 4<"$init" 8>&1 0<"$directory/options" 1>"$directory/diagnostics" 2>&1
            """;

    private static final String HELPER_SCRIPT = """
            init=$1
            shift
            unset PWD OLDPWD
            exec 4<"$init"
            exec "$@"
            """;

    @Override
    public LaunchedProcess launch(LaunchRequest request) {
        return start(request);
    }

    @Override
    public LaunchedProcess launchHere(LaunchRequest request) {
        return start(request);
    }

    @Override
    public boolean watchesInOneThread() {
        return false;
    }

    /** Nobody but native code can set the modes of the caller's terminal, and the shell has no descriptor for what it shows. */
    @Override
    public boolean offersTerminals() {
        return false;
    }

    @Override
    public String name() {
        return "process";
    }

    @Override
    public HelperAnswer ask(List<String> command, byte[] input, Path scratch) {
        List<String> script = new ArrayList<>(List.of("/bin/sh", "-c", HELPER_SCRIPT, "sh"));
        script.add(InitProgram.inDirectory(scratch).toString());
        script.addAll(command);
        ProcessBuilder builder = new ProcessBuilder(script).redirectErrorStream(true);
        builder.environment().clear();
        try {
            HostErrors.requireDescriptors();
            Process process = ContextClassLoader.start(builder);
            try (OutputStream instructions = process.getOutputStream()) {
                instructions.write(input);
            } catch (IOException e) {
                // It has ended without reading them; how tells why.
            }
            String text = new String(process.getInputStream().readAllBytes(), HostCharset.forPaths());
            return new HelperAnswer(InitProgram.waitFor(process), text.strip());
        } catch (IOException e) {
            throw failure(e);
        } catch (OutOfMemoryError e) {
            throw LaunchingThread.noThread(e);
        }
    }

    private static LaunchedProcess start(LaunchRequest request) {
        @Nullable FileChannel control = null;
        @Nullable Path files = null;
        try {
            HostErrors.requireDescriptors();
            Path init = InitProgram.inDirectory(request.scratch());
            files = makeFiles(request);
            if (request.stdin()) {
                control = openFifo(files.resolve("control"));
            }
            List<String> command =
                    new ArrayList<>(List.of("/bin/sh", "-c", SCRIPT, "sh", files.toString(), init.toString()));
            command.add(request.stdin() ? files.resolve("control").toString() : "");
            command.add(request.mergedOutput() ? "merged" : "separate");
            command.addAll(request.stage().before(request.command()));
            ProcessBuilder builder = new ProcessBuilder(command);
            builder.environment().clear();
            LaunchingThread thread = LaunchingThread.ofThisJvm();
            return new ShellProcess(thread.launch(() -> started(builder)), thread::processEnded, files, control);
        } catch (IOException e) {
            closeIfOpen(control);
            throw failure(e);
        } catch (UncheckedIOException e) {
            closeIfOpen(control);
            throw failure(new IOException(e.getMessage(), e));
        } catch (OutOfMemoryError e) {
            closeIfOpen(control);
            if (files != null) {
                killForgotten(files);
            }
            throw LaunchingThread.noThread(e);
        }
    }

    /** Written as streams: an interrupt of the calling thread would close a channel. */
    private static Path makeFiles(LaunchRequest request) throws IOException {
        Path files = Files.createTempDirectory(
                request.scratch(),
                "launch-",
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
        write(files.resolve("options"), request.stage().before(request.options()));
        if (request.seccomp().isPresent()) {
            write(files.resolve("seccomp"), request.seccomp().get().encode());
        }
        write(files.resolve("status"), new byte[0]);
        write(files.resolve("diagnostics"), new byte[0]);
        return files;
    }

    private static void write(Path file, byte[] content) throws IOException {
        try (FileOutputStream stream = new FileOutputStream(file.toFile())) {
            stream.write(content);
        }
    }

    private static void closeIfOpen(@Nullable FileChannel channel) {
        if (channel != null) {
            NativeProcess.closeQuietly(channel);
        }
    }

    /** Without a thread that waits for it, the JDK fails, keeps its pipes open, and forgets the process that it has started. */
    private static void killForgotten(Path files) {
        ProcessHandle.current()
                .children()
                .map(ProcessHandle::pid)
                .filter(pid -> uses(pid, files))
                .forEach(ProcessTree::kill);
    }

    private static boolean uses(long pid, Path files) {
        Path process = Path.of("/proc/" + pid);
        try (DirectoryStream<Path> open = Files.newDirectoryStream(process.resolve("fd"))) {
            if (Files.readString(process.resolve("cmdline"), StandardCharsets.ISO_8859_1)
                    .contains(files.toString())) {
                return true;
            }
            for (Path link : open) {
                if (Files.readSymbolicLink(link).startsWith(files)) {
                    return true;
                }
            }
            return false;
        } catch (IOException | DirectoryIteratorException e) {
            return false; // It has ended meanwhile.
        }
    }

    private static Process started(ProcessBuilder builder) {
        try {
            return ContextClassLoader.start(builder);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Opened for both directions, which does not wait for the other side, fifo(7). */
    private static FileChannel openFifo(Path fifo) throws IOException {
        Process make = ContextClassLoader.start(
                new ProcessBuilder("/bin/sh", "-c", "exec mkfifo -m 600 \"$1\"", "sh", fifo.toString())
                        .redirectErrorStream(true));
        make.getOutputStream().close();
        String message = new String(make.getInputStream().readAllBytes(), HostCharset.forPaths());
        if (InitProgram.waitFor(make) != 0) {
            throw new IOException("mkfifo: " + message.strip());
        }
        return FileChannel.open(fifo, StandardOpenOption.READ, StandardOpenOption.WRITE);
    }

    private static SandboxSetupException failure(IOException cause) {
        if (HostErrors.isLackOfDescriptors(cause)) {
            return HostErrors.explain("Cannot start a process for the sandbox", cause, "");
        }
        String text = String.valueOf(cause.getMessage());
        if (text.contains("Resource temporarily unavailable")
                || text.contains("spawn helper")
                || text.contains("Cannot allocate memory")) {
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
