package org.sandbox4j.local.launch;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.sandbox4j.SandboxSetupException;

/**
 * What the init program is to do. A pure value; {@link #encode()} makes the bytes of the protocol at the head of
 * {@code init.c}.
 *
 * @param arguments the command and its arguments
 * @param environment its whole environment
 * @param workDirectory an absolute path inside the sandbox, which exists
 * @param lookupPath directories in which a command without a slash is looked up, separated by colons
 * @param modes directories that need a mode set first, with it
 * @param identities directories that must be the ones the host saw
 * @param limits limits of the command
 * @param terminal what the command's terminal is like, if it gets one
 * @param options what else is done for the command
 */
public record InitPayload(
        List<String> arguments,
        Map<String, String> environment,
        String workDirectory,
        String lookupPath,
        Map<String, Integer> modes,
        List<Identity> identities,
        InitLimits limits,
        Optional<TerminalSettings> terminal,
        Set<Option> options) {
    private static final int MAGIC = 0x314A3453;
    private static final int HEADER_INTS = 10;
    private static final int LARGEST = 64 << 20;
    private static final int UMASK = 022;
    private static final int FLAG_TERMINAL = 1;
    private static final int LIMIT_SIZE = 24;

    /** What is done where it is asked for. */
    public enum Option {
        /** Renames of directories are carried out that an overlay refuses with EXDEV, as one of an ordinary user does. */
        MOVES_DIRECTORIES(4),
        /** The command runs with the personality of the 32-bit machine. */
        LINUX32(8);

        private final int flag;

        Option(int flag) {
            this.flag = flag;
        }
    }

    /**
     * A directory and which one it must be.
     *
     * @param path an absolute path inside the sandbox
     * @param device its file system's device number as stat(2) gives it
     * @param inode its inode number
     */
    public record Identity(String path, long device, long inode) {}

    /** Makes a payload without a terminal, with the limits that every command has, and without options. */
    public InitPayload(
            List<String> arguments,
            Map<String, String> environment,
            String workDirectory,
            String lookupPath,
            Map<String, Integer> modes,
            List<Identity> identities) {
        this(
                arguments,
                environment,
                workDirectory,
                lookupPath,
                modes,
                identities,
                InitLimits.defaults(),
                Optional.empty(),
                Set.of());
    }

    /**
     * Returns the bytes that the init program reads first.
     *
     * @throws SandboxSetupException if they are more than it takes
     */
    public byte[] encode() {
        ByteArrayOutputStream strings = new ByteArrayOutputStream();
        append(strings, workDirectory.getBytes(HostCharset.forPaths()));
        append(strings, lookupPath.getBytes(StandardCharsets.UTF_8));
        identities.forEach(identity -> append(strings, identity.path().getBytes(HostCharset.forPaths())));
        modes.keySet().forEach(path -> append(strings, path.getBytes(HostCharset.forPaths())));
        arguments.forEach(argument -> append(strings, argument.getBytes(StandardCharsets.UTF_8)));
        environment.forEach((name, value) -> append(strings, (name + "=" + value).getBytes(StandardCharsets.UTF_8)));

        int size = HEADER_INTS * 4
                + limits.limits().size() * LIMIT_SIZE
                + identities.size() * 16
                + modes.size() * 4
                + (terminal.isPresent() ? TerminalSettings.SIZE : 0)
                + strings.size();
        if (size > LARGEST) {
            throw new SandboxSetupException(
                    "arguments-too-long",
                    "Cannot start a command: its arguments and environment take " + size + " bytes, and at most "
                            + LARGEST + " can be passed. Pass them in a file.",
                    null);
        }
        ByteBuffer payload = ByteBuffer.allocate(size).order(ByteOrder.LITTLE_ENDIAN);
        payload.putInt(MAGIC).putInt(size).putInt(flags()).putInt(UMASK);
        payload.putInt(limits.limits().size()).putInt(identities.size()).putInt(modes.size());
        payload.putInt(arguments.size()).putInt(environment.size()).putInt(limits.watchedBits());
        limits.limits()
                .forEach(limit -> payload.putInt(limit.resource())
                        .putInt(0)
                        .putLong(limit.soft())
                        .putLong(limit.hard()));
        identities.forEach(identity -> payload.putLong(identity.device()).putLong(identity.inode()));
        modes.values().forEach(payload::putInt);
        terminal.ifPresent(settings -> settings.encode(payload));
        return payload.put(strings.toByteArray()).array();
    }

    private int flags() {
        int flags = terminal.isPresent() ? FLAG_TERMINAL : 0;
        for (Option option : options) {
            flags |= option.flag;
        }
        return flags;
    }

    private static void append(ByteArrayOutputStream strings, byte[] text) {
        strings.writeBytes(text);
        strings.write(0);
    }
}
