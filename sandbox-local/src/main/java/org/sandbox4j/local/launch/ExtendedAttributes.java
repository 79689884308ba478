package org.sandbox4j.local.launch;

import com.sun.jna.LastErrorException;
import com.sun.jna.Memory;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** The extended attributes of a file, xattr(7), with its access control lists, but without those of overlays. */
public final class ExtendedAttributes {
    /** The most that the kernel gives at once, for names and for a value. */
    private static final int LARGEST = 64 * 1024;

    private ExtendedAttributes() {}

    /**
     * Reads names and values; does not follow a link.
     *
     * @return empty if this JVM cannot call the C library, which the JDK's own view is no substitute for: it knows those of
     *     users alone
     */
    public static Optional<Map<String, ByteBuffer>> of(Path file) throws IOException {
        if (NativeSupport.optional().isEmpty()) {
            return Optional.empty();
        }
        NativeCode.enter();
        try (Memory memory = new Memory(LARGEST)) {
            return Optional.of(read(zeroTerminated(file.toString().getBytes(HostCharset.forPaths())), memory));
        } catch (LastErrorException e) {
            if (e.getErrorCode() == LibC.EOPNOTSUPP) {
                return Optional.of(Map.of());
            }
            throw new IOException("cannot read the extended attributes of " + file + ": " + e.getMessage(), e);
        } finally {
            NativeCode.leave();
        }
    }

    private static Map<String, ByteBuffer> read(byte[] path, Memory memory) {
        int size = (int) LibC.llistxattr(path, memory, LARGEST);
        String names = new String(memory.getByteArray(0, size), StandardCharsets.ISO_8859_1);
        Map<String, ByteBuffer> attributes = new TreeMap<>();
        for (String name : names.split("\0", -1)) {
            if (!name.isEmpty() && !isOfOverlays(name)) {
                byte[] attribute = zeroTerminated(name.getBytes(StandardCharsets.ISO_8859_1));
                int length = (int) LibC.lgetxattr(path, attribute, memory, LARGEST);
                attributes.put(name, ByteBuffer.wrap(memory.getByteArray(0, length)));
            }
        }
        return attributes;
    }

    private static boolean isOfOverlays(String name) {
        return name.startsWith("user.overlay.") || name.startsWith("trusted.overlay.");
    }

    private static byte[] zeroTerminated(byte[] text) {
        return Arrays.copyOf(text, text.length + 1);
    }
}
