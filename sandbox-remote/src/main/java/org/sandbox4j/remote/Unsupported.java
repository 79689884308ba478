package org.sandbox4j.remote;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import org.sandbox4j.SandboxCommand;
import org.sandbox4j.SandboxFlags;
import org.sandbox4j.SandboxUnsupportedException;
import org.sandbox4j.Stdio;
import org.sandbox4j.protocol.RootOffer;
import org.sandbox4j.spi.SandboxConfig;

/** Refuses what cannot be carried to a server, before anything is sent. */
final class Unsupported {
    private static final Path INPUT = Path.of("/proc/self/fd/0");

    private Unsupported() {}

    static void refuse(SandboxConfig config) {
        if (!config.binds().isEmpty()) {
            throw new SandboxUnsupportedException("Files of this host cannot be bound on a server: '"
                    + config.binds().get(0).source() + "'. Stage them into the root.");
        }
    }

    static void refuseWeakerFilter(SandboxConfig config, RootOffer offer) {
        if (config.seccomp()
                .filter(wanted -> wanted.compareTo(offer.seccomp()) < 0)
                .isPresent()) {
            throw new SandboxUnsupportedException(
                    "The server does not permit a filter of system calls that is weaker than "
                            + offer.seccomp() + ", such as " + config.seccomp().get()
                            + ". Leave SandboxBuilder.seccomp out, ask for a stricter one, or use another server.");
        }
    }

    static void refuseOnPlainServer(SandboxConfig config, URI server) {
        if (config.hostSystem()) {
            throw new SandboxUnsupportedException("hostSystem(): the server " + server
                    + " runs commands in an image of its own, whose programs and libraries they see anyway. Leave it out, or use a"
                    + " server that runs root file systems.");
        }
    }

    static void refuse(SandboxCommand command, Stdio stdin) {
        boolean callersTerminal =
                command.flags().contains(SandboxFlags.INTERACTIVE) && stdin instanceof Stdio.Inherit && isTerminal();
        if (callersTerminal) {
            throw new SandboxUnsupportedException(
                    "INTERACTIVE: a command on a server cannot be connected to the terminal of this JVM. Give it one of its own"
                            + " with SandboxCommand.Builder.terminal, give the sandbox another standard input with"
                            + " SandboxBuilder.stdin, or use a backend of this host.");
        }
    }

    private static boolean isTerminal() {
        try {
            String target = Files.readSymbolicLink(INPUT).toString();
            return target.startsWith("/dev/pts/") || target.startsWith("/dev/tty") || target.equals("/dev/console");
        } catch (IOException e) {
            return false;
        }
    }
}
