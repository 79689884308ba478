package org.sandbox4j.local.launch;

import com.sun.jna.LastErrorException;
import com.sun.jna.Memory;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.sandbox4j.SandboxSetupException;
import org.sandbox4j.SandboxUnavailableException;
import org.sandbox4j.local.host.ContextClassLoader;
import org.sandbox4j.local.host.HostErrors;

/**
 * The static program that becomes process 1 of every sandbox: it looks the command up, starts it, reports how it ended, and
 * takes the sandbox down when its control pipe ends. Built from {@code src/main/native} by {@code bin/build-init}.
 */
public final class InitProgram {
    private static final String RESOURCES = "/org/sandbox4j/local/init/";

    private InitProgram() {}

    /** Returns whether there is an init program for this machine. */
    public static boolean availableForThisMachine() {
        return InitProgram.class.getResource(resource()) != null;
    }

    /** Makes a file in memory that holds the program, cannot be changed by anybody, and needs no executable mount. */
    static Descriptor inMemory() {
        byte[] program = bytes();
        Descriptor file = new Descriptor(createMemoryFile());
        try (Memory memory = new Memory(program.length)) {
            memory.write(0, program, 0, program.length);
            file.write(memory, program.length);
            LibC.fcntl(file.number(), LibC.F_ADD_SEALS, LibC.F_SEAL_ALL);
            return file;
        } catch (IOException | LastErrorException e) {
            file.close();
            throw HostErrors.explain("Cannot keep the sandbox's init program in memory", e, e.getMessage() + ".");
        }
    }

    /**
     * Makes a file that holds the program. A child process writes it: a descriptor of ours that is open for writing could be
     * inherited by another thread's child, and the kernel refuses to execute what is open for writing (ETXTBSY).
     */
    static Path inDirectory(Path directory) {
        Path file = directory.resolve("init");
        if (Files.isExecutable(file)) {
            return file;
        }
        Path unfinished = directory.resolve("init." + Long.toHexString(System.nanoTime()));
        try {
            Process copy = ContextClassLoader.start(new ProcessBuilder(
                            "/bin/sh",
                            "-c",
                            "umask 077; cat >\"$1\" && chmod 500 \"$1\" && mv -f \"$1\" \"$2\"",
                            "sh",
                            unfinished.toString(),
                            file.toString())
                    .redirectErrorStream(true));
            try (OutputStream input = copy.getOutputStream()) {
                input.write(bytes());
            }
            String message = new String(copy.getInputStream().readAllBytes(), HostCharset.forPaths());
            if (waitFor(copy) != 0) {
                throw new SandboxSetupException(
                        "Cannot write the sandbox's init program to '" + file + "': " + message.strip());
            }
            if (!Files.isExecutable(file)) {
                throw new SandboxSetupException(
                        "noexec-file-system",
                        "Cannot execute the sandbox's init program '" + file
                                + "': its file system is mounted noexec. Put the sandbox's directory elsewhere, or let the JVM "
                                + "use native code (--enable-native-access, and a -Djna.tmpdir that is not mounted noexec), which needs no such file.",
                        null);
            }
            return file;
        } catch (IOException e) {
            throw HostErrors.explain(
                    "Cannot write the sandbox's init program to '" + file + "'", e, e.getMessage() + ".");
        }
    }

    private static int createMemoryFile() {
        int flags = LibC.MFD_CLOEXEC | LibC.MFD_ALLOW_SEALING;
        try {
            return LibC.memfd_create("sandbox-init", flags | LibC.MFD_EXEC);
        } catch (LastErrorException e) {
            if (e.getErrorCode() == LibC.EINVAL) {
                return LibC.memfd_create("sandbox-init", flags);
            }
            throw HostErrors.explain(
                    "Cannot keep the sandbox's init program in memory",
                    e,
                    e.getMessage() + ". Where vm.memfd_noexec is 2, set -D" + Launchers.PROPERTY + "=process.");
        }
    }

    private static byte[] bytes() {
        try (InputStream resource = InitProgram.class.getResourceAsStream(resource())) {
            if (resource == null) {
                throw new SandboxUnavailableException("There is no sandbox init program for the architecture '"
                        + System.getProperty("os.arch") + "'. Supported are x86-64 and aarch64.");
            }
            return resource.readAllBytes();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String resource() {
        String architecture = System.getProperty("os.arch", "");
        return RESOURCES + "init-" + (architecture.equals("amd64") ? "x86_64" : architecture);
    }

    static int waitFor(Process process) {
        boolean interrupted = false;
        try {
            while (true) {
                try {
                    return process.waitFor();
                } catch (InterruptedException e) {
                    interrupted = true;
                }
            }
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }
}
