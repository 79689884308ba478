package org.sandbox4j.local.launch;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;

/** What the init program reports: see the protocol at the head of {@code init.c}. */
public sealed interface InitMessage {
    /** The length of every message in bytes. */
    int SIZE = 320;

    /**
     * The command has been executed.
     *
     * @param pid its process id inside the sandbox
     */
    record Started(int pid) implements InitMessage {}

    /**
     * The command was not executed.
     *
     * @param stage what the init program was doing
     * @param errno the error number, see errno(3)
     * @param detail for {@link Stage#EXEC} what is wrong with the command, for the others the index of the item
     * @param path the path concerned, perhaps cut
     */
    record Failed(Stage stage, int errno, int detail, String path) implements InitMessage {}

    /**
     * The command has ended.
     *
     * @param status its status as wait(2) gives it
     * @param user CPU time of everything the init program has waited for
     * @param system the same in the kernel
     * @param peakMemory resident memory of the largest of them in bytes
     * @param wall time since the start of the command
     * @param usedUp what of the watched was used up when it had failed
     */
    record Ended(
            int status, Duration user, Duration system, long peakMemory, Duration wall, Set<InitLimits.Watched> usedUp)
            implements InitMessage {
        /** Tells whether the command exited by itself. */
        public boolean exited() {
            return (status & 0x7f) == 0;
        }

        /** Returns the exit code of a command that exited. */
        public int exitCode() {
            return status >> 8 & 0xff;
        }

        /** Returns the signal of a command that was killed. */
        public int signal() {
            return status & 0x7f;
        }
    }

    /** What the init program was doing when it failed; the order is that of the protocol, from 1. */
    enum Stage {
        /** Reading its payload. */
        PAYLOAD,
        /** Reserving memory. */
        MEMORY,
        /** Setting the mode of a directory. */
        CHMOD,
        /** Comparing the identity of a directory with what the host saw. */
        CHECK,
        /** Setting a limit. */
        RLIMIT,
        /** Entering the work directory. */
        CHDIR,
        /** Making the terminal the command's own. */
        TERMINAL,
        /** Making a process for the command. */
        FORK,
        /** Executing the command. */
        EXEC,
        /** Arranging descriptors. */
        DESCRIPTORS,
        /** Taking the personality of the 32-bit machine. */
        PERSONALITY
    }

    /** Decodes one message; empty if it is none. */
    static Optional<InitMessage> decode(byte[] bytes) {
        ByteBuffer message = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
        int type = message.getInt();
        int a = message.getInt();
        long[] v = new long[7];
        for (int i = 0; i < v.length; i++) {
            v[i] = message.getLong();
        }
        return switch (type) {
            case 1 -> Optional.of(new Started(a));
            case 2 ->
                a < 1 || a > Stage.values().length
                        ? Optional.empty()
                        : Optional.of(new Failed(Stage.values()[a - 1], (int) v[0], (int) v[1], text(message)));
            case 3 ->
                Optional.of(new Ended(
                        a,
                        Duration.ofNanos(v[0] * 1000),
                        Duration.ofNanos(v[1] * 1000),
                        v[2] * 1024,
                        Duration.ofNanos(v[3]),
                        InitLimits.fromBits(v[4])));
            default -> Optional.empty();
        };
    }

    private static String text(ByteBuffer message) {
        byte[] rest = new byte[message.remaining()];
        message.get(rest);
        int length = 0;
        while (length < rest.length && rest[length] != 0) {
            length++;
        }
        return new String(rest, 0, length, StandardCharsets.UTF_8);
    }
}
