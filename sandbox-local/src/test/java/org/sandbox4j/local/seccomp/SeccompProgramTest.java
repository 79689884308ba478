package org.sandbox4j.local.seccomp;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.sandbox4j.SeccompProfile;

/** Runs the bytes in an interpreter of the kernel's machine and compares with the table they were made from. */
class SeccompProgramTest {
    private static final int ALLOWED = 0x7fff0000;
    private static final int KILLED = 0x80000000;
    private static final int ERROR = 0x00050000;
    private static final int HIGHEST_CALL = 600;

    static Stream<Arguments> rules() {
        return Stream.of(Architecture.values())
                .flatMap(architecture -> SeccompRules.of(SeccompProfile.STRICT).stream()
                        .filter(rule -> rule.call().existsOn(architecture))
                        .map(rule -> Arguments.of(architecture, rule)));
    }

    @ParameterizedTest(name = "{0} {1}")
    @MethodSource("rules")
    void program_callThatARuleRefuses_getsItsError(Architecture architecture, SeccompRule rule) {
        for (long[] arguments : refused(rule.condition())) {
            assertThat(verdict(SeccompProfile.STRICT, architecture, rule.call().number(architecture), arguments))
                    .as("%s", Arrays.toString(arguments))
                    .isEqualTo(ERROR | rule.error());
        }
    }

    @ParameterizedTest(name = "{0} {1}")
    @MethodSource("rules")
    void program_callThatARuleLetsPass_isAllowed(Architecture architecture, SeccompRule rule) {
        for (long[] arguments : passed(rule.condition())) {
            assertThat(verdict(SeccompProfile.STRICT, architecture, rule.call().number(architecture), arguments))
                    .as("%s", Arrays.toString(arguments))
                    .isEqualTo(ALLOWED);
        }
    }

    @ParameterizedTest
    @EnumSource(Architecture.class)
    void program_callWithoutRule_isAllowed(Architecture architecture) {
        Set<Integer> ruled = new HashSet<>();
        SeccompRules.of(SeccompProfile.STRICT)
                .forEach(rule -> ruled.add(rule.call().number(architecture)));
        for (int number = 0; number < HIGHEST_CALL; number++) {
            if (!ruled.contains(number)) {
                assertThat(verdict(SeccompProfile.STRICT, architecture, number, new long[6]))
                        .as("call %d", number)
                        .isEqualTo(ALLOWED);
            }
        }
    }

    @Test
    void program_callOfAnotherArchitecture_kills() {
        assertThat(killed(SeccompProgram.of(SeccompProfile.STANDARD, Architecture.X86_64)))
                .containsExactly(Architecture.AARCH64, Architecture.I386, Architecture.ARM);
        assertThat(killed(SeccompProgram.of(SeccompProfile.STANDARD, Architecture.AARCH64)))
                .containsExactly(Architecture.X86_64, Architecture.I386, Architecture.ARM);
    }

    @Test
    void program_with32BitPrograms_killsThoseOfOtherMachinesOnly() {
        assertThat(killed(SeccompProgram.with32BitPrograms(SeccompProfile.STANDARD, Architecture.X86_64)))
                .containsExactly(Architecture.AARCH64, Architecture.ARM);
        assertThat(killed(SeccompProgram.with32BitPrograms(SeccompProfile.STANDARD, Architecture.AARCH64)))
                .containsExactly(Architecture.X86_64, Architecture.I386);
    }

    private static List<Architecture> killed(Optional<SeccompProgram> filter) {
        byte[] program = filter.orElseThrow().encode();
        return Stream.of(Architecture.values())
                .filter(other -> BpfMachine.run(program, 599, other.auditNumber(), new long[6]) == KILLED)
                .toList();
    }

    @Test
    void program_x32Call_isMissing() {
        assertThat(verdict(SeccompProfile.STANDARD, Architecture.X86_64, 0x40000000 | 1, new long[6]))
                .isEqualTo(ERROR | SeccompRules.ENOSYS);
    }

    @ParameterizedTest
    @EnumSource(Architecture.class)
    void standardProfile_debugging_isAllowed(Architecture architecture) {
        int ptrace = SystemCall.PTRACE.number(architecture);

        assertThat(verdict(SeccompProfile.STANDARD, architecture, ptrace, new long[6]))
                .isEqualTo(ALLOWED);
        assertThat(verdict(SeccompProfile.STRICT, architecture, ptrace, new long[6]))
                .isEqualTo(ERROR | SeccompRules.EPERM);
    }

    @ParameterizedTest
    @EnumSource(Architecture.class)
    void noneProfile_hasNoProgram(Architecture architecture) {
        assertThat(SeccompProgram.of(SeccompProfile.NONE, architecture)).isEmpty();
    }

    private static List<long[]> refused(Condition condition) {
        if (condition instanceof Condition.AnyBit any) {
            return List.of(
                    with(any.argument(), any.bits()),
                    with(any.argument(), Integer.lowestOneBit(any.bits())),
                    // The kernel looks at the lower half only, so what is in the upper one must not matter.
                    with(any.argument(), 0xdeadbeef00000000L | any.bits()));
        }
        if (condition instanceof Condition.AnyBitOfBoth both) {
            long[] arguments = with(both.first(), Integer.lowestOneBit(both.firstBits()));
            arguments[both.second()] = Integer.highestOneBit(both.secondBits());
            return List.of(arguments);
        }
        if (condition instanceof Condition.OneOf one) {
            return one.values().stream()
                    .flatMap(value -> Stream.of(with(one.argument(), value), with(one.argument(), 1L << 32 | value)))
                    .toList();
        }
        if (condition instanceof Condition.NoneOf none) {
            return Stream.of(3, 9, 17, 38, 40, 44, 0x400000, 0x440008, 0x100000)
                    .map(value -> with(none.argument(), value))
                    .toList();
        }
        return List.of(new long[6], new long[] {-1, -1, -1, -1, -1, -1});
    }

    private static List<long[]> passed(Condition condition) {
        if (condition instanceof Condition.AnyBit any) {
            return List.of(
                    new long[6], with(any.argument(), ~any.bits()), with(any.argument(), (long) any.bits() << 32));
        }
        if (condition instanceof Condition.AnyBitOfBoth both) {
            return List.of(new long[6], with(both.first(), both.firstBits()), with(both.second(), both.secondBits()));
        }
        if (condition instanceof Condition.OneOf one) {
            return List.of(new long[6], with(one.argument(), one.values().get(0) + 1));
        }
        if (condition instanceof Condition.NoneOf none) {
            return none.values().stream()
                    .map(value -> with(none.argument(), value))
                    .toList();
        }
        return List.of();
    }

    private static long[] with(int argument, long value) {
        long[] arguments = new long[6];
        arguments[argument] = value;
        return arguments;
    }

    private static int verdict(SeccompProfile profile, Architecture architecture, int number, long[] arguments) {
        return BpfMachine.run(bytes(profile, architecture), number, architecture.auditNumber(), arguments);
    }

    private static byte[] bytes(SeccompProfile profile, Architecture architecture) {
        return switch (architecture) {
            case X86_64, AARCH64 ->
                SeccompProgram.of(profile, architecture).orElseThrow().encode();
            case I386 ->
                SeccompProgram.with32BitPrograms(profile, Architecture.X86_64)
                        .orElseThrow()
                        .encode();
            case ARM ->
                SeccompProgram.with32BitPrograms(profile, Architecture.AARCH64)
                        .orElseThrow()
                        .encode();
        };
    }
}
