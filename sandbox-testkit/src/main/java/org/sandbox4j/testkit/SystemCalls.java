package org.sandbox4j.testkit;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Assumptions;

/**
 * A program that makes a few system calls, one after the other, for what busybox has no command for. It exits with 0, or with
 * the error number of the first call that fails. The machine code is for x86-64; elsewhere checks that need it are skipped.
 */
final class SystemCalls {
    /** Calls by their numbers, syscalls(2). */
    enum Call {
        READ(0),
        WRITE(1),
        OPEN(2),
        MMAP(9),
        TRUNCATE(76),
        RENAME(82),
        SETXATTR(188),
        LINKAT(265),
        FALLOCATE(285);

        private final int number;

        Call(int number) {
            this.number = number;
        }
    }

    /** What an earlier call returned, as an argument of a later one. */
    private record Result(int index) {}

    private record Step(Call call, List<Object> arguments) {}

    private static final long BASE = 0x400000;
    private static final int HEADERS = 120;

    /** mov to rdi, rsi, rdx, r10, r8, r9: of a constant, and of what is on the stack at a distance. */
    private static final int[][] MOVE_CONSTANT = {
        {0x48, 0xBF}, {0x48, 0xBE}, {0x48, 0xBA}, {0x49, 0xBA}, {0x49, 0xB8}, {0x49, 0xB9}
    };

    private static final int[][] MOVE_RESULT = {
        {0x48, 0x8B, 0xBC, 0x24}, {0x48, 0x8B, 0xB4, 0x24}, {0x48, 0x8B, 0x94, 0x24},
        {0x4C, 0x8B, 0x94, 0x24}, {0x4C, 0x8B, 0x84, 0x24}, {0x4C, 0x8B, 0x8C, 0x24}
    };

    /** syscall; test rax,rax; jns over the rest: neg eax; mov edi,eax; exit. Then push rax, which keeps the result. */
    private static final int[] CALL_OR_EXIT = {
        0x0F, 0x05, 0x48, 0x85, 0xC0, 0x79, 0x09, 0xF7, 0xD8, 0x89, 0xC7, 0x6A, 0x3C, 0x58, 0x0F, 0x05, 0x50
    };

    /** xor edi,edi; exit. */
    private static final int[] EXIT_WITH_0 = {0x31, 0xFF, 0x6A, 0x3C, 0x58, 0x0F, 0x05};

    private final List<Step> steps = new ArrayList<>();

    static SystemCalls program() {
        Assumptions.assumeTrue(
                System.getProperty("os.arch").equals("amd64"),
                "Skipped: this check brings a program of its own, which there is for x86-64 only.");
        return new SystemCalls();
    }

    /** Returns what the call with this number returned, counted from 0. */
    static Object result(int index) {
        return new Result(index);
    }

    /**
     * Adds a call.
     *
     * @param arguments numbers, texts, of which the call gets the address, and {@linkplain #result results}
     */
    SystemCalls then(Call call, Object... arguments) {
        steps.add(new Step(call, List.of(arguments)));
        return this;
    }

    /** Puts the program into a root. */
    void stageAt(Path file) {
        try {
            Files.createDirectories(file.getParent());
            Files.write(file, assembled());
            Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private byte[] assembled() {
        ByteBuffer program = ByteBuffer.allocate(1 << 16).order(ByteOrder.LITTLE_ENDIAN);
        int texts = HEADERS;
        // What texts are at depends on the length of the code, which does not depend on where they are.
        for (int pass = 0; pass < 2; pass++) {
            program.clear().position(HEADERS);
            ByteBuffer strings = ByteBuffer.allocate(1 << 12);
            for (int i = 0; i < steps.size(); i++) {
                putStep(program, i, BASE + texts, strings);
            }
            put(program, EXIT_WITH_0);
            texts = program.position();
            program.put(strings.flip());
        }
        int size = program.position();
        putHeaders(program.position(0), size);
        byte[] bytes = new byte[size];
        program.get(0, bytes);
        return bytes;
    }

    private void putStep(ByteBuffer program, int index, long textAddress, ByteBuffer texts) {
        Step step = steps.get(index);
        for (int i = 0; i < step.arguments().size(); i++) {
            Object argument = step.arguments().get(i);
            if (argument instanceof Result result) {
                put(program, MOVE_RESULT[i]);
                program.putInt(8 * (index - 1 - result.index()));
            } else if (argument instanceof Number number) {
                put(program, MOVE_CONSTANT[i]);
                program.putLong(number.longValue());
            } else {
                put(program, MOVE_CONSTANT[i]);
                program.putLong(textAddress + texts.position());
                texts.put((argument + "\0").getBytes(StandardCharsets.UTF_8));
            }
        }
        program.put((byte) 0xB8).putInt(step.call().number); // mov eax, number
        put(program, CALL_OR_EXIT);
    }

    /** One segment that can be read and executed, elf(5). */
    private static void putHeaders(ByteBuffer program, int size) {
        put(program, 0x7F, 'E', 'L', 'F', 2, 1, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0);
        program.putShort((short) 2).putShort((short) 62).putInt(1);
        program.putLong(BASE + HEADERS).putLong(64).putLong(0).putInt(0);
        program.putShort((short) 64).putShort((short) 56).putShort((short) 1);
        program.putShort((short) 64).putShort((short) 0).putShort((short) 0);
        program.putInt(1).putInt(5).putLong(0).putLong(BASE).putLong(BASE);
        program.putLong(size).putLong(size).putLong(0x1000);
    }

    private static void put(ByteBuffer program, int... bytes) {
        for (int value : bytes) {
            program.put((byte) value);
        }
    }
}
