package org.sandbox4j.local.seccomp;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.sandbox4j.SeccompProfile;

/**
 * A filter as an array of {@code struct sock_filter}, linux/filter.h. Pure.
 *
 * <p>Each rule is a block of its own: it is skipped unless the number fits, and ends in a return or falls through to the next.
 */
public final class SeccompProgram {
    private static final short LOAD = 0x20;
    private static final short JUMP = 0x05;
    private static final short JUMP_EQUAL = 0x15;
    private static final short JUMP_GREATER_OR_EQUAL = 0x35;
    private static final short JUMP_ANY_BIT = 0x45;
    private static final short RETURN = 0x06;

    private static final int ALLOW = 0x7fff0000;
    private static final int KILL_PROCESS = 0x80000000;
    private static final int ERROR = 0x00050000;

    private static final int OFFSET_OF_NUMBER = 0;
    private static final int OFFSET_OF_ARCHITECTURE = 4;
    private static final int OFFSET_OF_ARGUMENTS = 16;
    private static final int X32_BIT = 0x40000000;
    private static final int INSTRUCTION_SIZE = 8;

    private record Instruction(short code, int ifTrue, int ifFalse, int value) {}

    private final List<Instruction> instructions = new ArrayList<>();
    private volatile byte @Nullable [] encoded;

    private SeccompProgram() {}

    /**
     * Returns the filter of a profile. Programs of another architecture are killed.
     *
     * @return the filter; empty for a profile that refuses nothing
     */
    public static Optional<SeccompProgram> of(SeccompProfile profile, Architecture architecture) {
        return of(profile, architecture, Optional.empty());
    }

    /**
     * Returns the filter of a profile that lets 32-bit programs run, too, and refuses them the same.
     *
     * @return the filter; empty for a profile that refuses nothing
     */
    public static Optional<SeccompProgram> with32BitPrograms(SeccompProfile profile, Architecture architecture) {
        return of(profile, architecture, architecture.companion());
    }

    private static Optional<SeccompProgram> of(
            SeccompProfile profile, Architecture architecture, Optional<Architecture> companion) {
        List<SeccompRule> rules = SeccompRules.of(profile);
        if (rules.isEmpty()) {
            return Optional.empty();
        }
        SeccompProgram program = new SeccompProgram();
        program.add(LOAD, OFFSET_OF_ARCHITECTURE);
        program.section(architecture, rules);
        companion.ifPresent(other -> program.section(other, rules));
        program.add(RETURN, KILL_PROCESS);
        return Optional.of(program);
    }

    /**
     * The same numbers mean other calls on another architecture. A section begins and is left with the architecture loaded;
     * it is longer than a conditional jump reaches.
     */
    private void section(Architecture architecture, List<SeccompRule> rules) {
        SeccompProgram section = new SeccompProgram();
        section.add(LOAD, OFFSET_OF_NUMBER);
        if (architecture == Architecture.X86_64) {
            section.jump(JUMP_GREATER_OR_EQUAL, X32_BIT, 0, 1);
            section.add(RETURN, ERROR | SeccompRules.ENOSYS);
        }
        rules.stream()
                .filter(rule -> rule.call().existsOn(architecture))
                .forEach(rule -> section.rule(rule, architecture));
        section.add(RETURN, ALLOW);
        jump(JUMP_EQUAL, architecture.auditNumber(), 1, 0);
        add(JUMP, section.instructions.size());
        instructions.addAll(section.instructions);
    }

    private void rule(SeccompRule rule, Architecture architecture) {
        List<Instruction> block = block(rule);
        jump(JUMP_EQUAL, rule.call().number(architecture), 0, block.size());
        instructions.addAll(block);
    }

    /** A block that loads an argument loads the number again before it falls through. */
    private static List<Instruction> block(SeccompRule rule) {
        SeccompProgram block = new SeccompProgram();
        int refusal = ERROR | rule.error();
        if (rule.condition() instanceof Condition.Always) {
            block.add(RETURN, refusal);
        } else if (rule.condition() instanceof Condition.AnyBit any) {
            block.loadArgument(any.argument());
            block.jump(JUMP_ANY_BIT, any.bits(), 0, 1);
            block.add(RETURN, refusal);
        } else if (rule.condition() instanceof Condition.AnyBitOfBoth both) {
            block.loadArgument(both.first());
            block.jump(JUMP_ANY_BIT, both.firstBits(), 0, 3);
            block.loadArgument(both.second());
            block.jump(JUMP_ANY_BIT, both.secondBits(), 0, 1);
            block.add(RETURN, refusal);
        } else if (rule.condition() instanceof Condition.OneOf one) {
            block.loadArgument(one.argument());
            for (int left = one.values().size() - 1; left >= 0; left--) {
                int value = one.values().get(one.values().size() - 1 - left);
                block.jump(JUMP_EQUAL, value, left, left == 0 ? 1 : 0);
            }
            block.add(RETURN, refusal);
        } else if (rule.condition() instanceof Condition.NoneOf none) {
            block.loadArgument(none.argument());
            for (int left = none.values().size() - 1; left >= 0; left--) {
                block.jump(JUMP_EQUAL, none.values().get(none.values().size() - 1 - left), left + 1, 0);
            }
            block.add(RETURN, refusal);
        }
        if (!(rule.condition() instanceof Condition.Always)) {
            block.add(LOAD, OFFSET_OF_NUMBER);
        }
        return block.instructions;
    }

    private void loadArgument(int index) {
        add(LOAD, OFFSET_OF_ARGUMENTS + 8 * index);
    }

    private void add(short code, int value) {
        instructions.add(new Instruction(code, 0, 0, value));
    }

    private void jump(short code, int value, int ifTrue, int ifFalse) {
        instructions.add(new Instruction(code, ifTrue, ifFalse, value));
    }

    /** Returns the bytes that seccomp(2) and {@code bwrap --seccomp} take. */
    public byte[] encode() {
        byte[] bytes = encoded;
        if (bytes == null) {
            bytes = assemble();
            encoded = bytes;
        }
        return bytes.clone();
    }

    private byte[] assemble() {
        ByteBuffer bytes =
                ByteBuffer.allocate(instructions.size() * INSTRUCTION_SIZE).order(ByteOrder.LITTLE_ENDIAN);
        for (Instruction instruction : instructions) {
            bytes.putShort(instruction.code())
                    .put((byte) instruction.ifTrue())
                    .put((byte) instruction.ifFalse())
                    .putInt(instruction.value());
        }
        return bytes.array();
    }
}
