package org.sandbox4j.local.launch;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
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
 * @param linux32 whether the command runs with the personality of the 32-bit machine
 */
public record InitPayload(
        List<String> arguments,
        Map<String, String> environment,
        String workDirectory,
        String lookupPath,
        Map<String, Integer> modes,
        List<Identity> identities,
        boolean linux32) {
    private static final int MAGIC = 0x314A3453;
    private static final int HEADER_INTS = 10;
    private static final int LARGEST = 64 << 20;
    private static final int UMASK = 022;
    private static final int LINUX32 = 8;

    /** Core dumps are off; other limits come with {@code ResourceLimits}. */
    private static final int RLIMIT_CORE = 4;

    /** Makes a payload with the machine's own personality. */
    public InitPayload(
            List<String> arguments,
            Map<String, String> environment,
            String workDirectory,
            String lookupPath,
            Map<String, Integer> modes,
            List<Identity> identities) {
        this(arguments, environment, workDirectory, lookupPath, modes, identities, false);
    }

    /**
     * A directory and which one it must be.
     *
     * @param path an absolute path inside the sandbox
     * @param device its file system's device number as stat(2) gives it
     * @param inode its inode number
     */
    public record Identity(String path, long device, long inode) {}

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

        int size = HEADER_INTS * 4 + 24 + identities.size() * 16 + modes.size() * 4 + strings.size();
        if (size > LARGEST) {
            throw new SandboxSetupException(
                    "arguments-too-long",
                    "Cannot start a command: its arguments and environment take " + size + " bytes, and at most "
                            + LARGEST + " can be passed. Pass them in a file.",
                    null);
        }
        ByteBuffer payload = ByteBuffer.allocate(size).order(ByteOrder.LITTLE_ENDIAN);
        payload.putInt(MAGIC).putInt(size).putInt(linux32 ? LINUX32 : 0).putInt(UMASK);
        payload.putInt(1).putInt(identities.size()).putInt(modes.size());
        payload.putInt(arguments.size()).putInt(environment.size()).putInt(0);
        payload.putInt(RLIMIT_CORE).putInt(0).putLong(0).putLong(0);
        identities.forEach(identity -> payload.putLong(identity.device()).putLong(identity.inode()));
        modes.values().forEach(payload::putInt);
        return payload.put(strings.toByteArray()).array();
    }

    private static void append(ByteArrayOutputStream strings, byte[] text) {
        strings.writeBytes(text);
        strings.write(0);
    }
}
