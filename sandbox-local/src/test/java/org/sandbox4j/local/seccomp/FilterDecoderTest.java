package org.sandbox4j.local.seccomp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.sandbox4j.local.seccomp.FilterDecoder.hex;

import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.sandbox4j.SeccompProfile;

/** The bytes of each filter, read back, are the table: every rule, and nothing but the rules. */
class FilterDecoderTest {
    private static final String ALLOWED = "0x7fff0000";
    private static final String KILLED = "0x80000000";
    private static final int ERROR = 0x00050000;

    static Stream<Arguments> filters() {
        return Stream.of(Architecture.X86_64, Architecture.AARCH64)
                .flatMap(architecture -> Stream.of(SeccompProfile.STANDARD, SeccompProfile.STRICT)
                        .flatMap(profile -> Stream.of(false, true)
                                .map(with32BitPrograms -> Arguments.of(architecture, profile, with32BitPrograms))));
    }

    @ParameterizedTest(name = "{0} {1}, 32-bit programs: {2}")
    @MethodSource("filters")
    void program_decoded_givesTheTable(Architecture architecture, SeccompProfile profile, boolean with32BitPrograms) {
        Optional<SeccompProgram> program = with32BitPrograms
                ? SeccompProgram.with32BitPrograms(profile, architecture)
                : SeccompProgram.of(profile, architecture);

        Set<String> decoded =
                refusals(FilterDecoder.decode(program.orElseThrow().encode()));

        Set<String> expected = new TreeSet<>(Set.of(" -> " + KILLED));
        expected.addAll(table(profile, architecture));
        if (with32BitPrograms) {
            expected.addAll(table(profile, architecture.companion().orElseThrow()));
        }
        assertThat(decoded).isEqualTo(expected);
    }

    /** The ways on which nothing is refused are the rest. */
    private static Set<String> refusals(Set<String> decoded) {
        return decoded.stream()
                .filter(verdict -> !verdict.endsWith(" -> " + ALLOWED))
                .collect(Collectors.toCollection(TreeSet::new));
    }

    private static Set<String> table(SeccompProfile profile, Architecture architecture) {
        String start = "arch==" + hex(architecture.auditNumber()) + " nr";
        Set<String> table = SeccompRules.of(profile).stream()
                .filter(rule -> rule.call().existsOn(architecture))
                .flatMap(rule -> conditions(rule.condition())
                        .map(condition -> start + "=="
                                + hex(rule.call().number(architecture))
                                + condition + " -> " + hex(ERROR | rule.error())))
                .collect(Collectors.toCollection(TreeSet::new));
        if (architecture == Architecture.X86_64) {
            table.add(start + ">=0x40000000 -> " + hex(ERROR | SeccompRules.ENOSYS));
        }
        return table;
    }

    private static Stream<String> conditions(Condition condition) {
        if (condition instanceof Condition.AnyBit any) {
            return Stream.of(" arg" + any.argument() + "&" + hex(any.bits()));
        }
        if (condition instanceof Condition.AnyBitOfBoth both) {
            return Stream.of(" arg" + both.first() + "&" + hex(both.firstBits()) + " arg" + both.second() + "&"
                    + hex(both.secondBits()));
        }
        if (condition instanceof Condition.OneOf one) {
            return one.values().stream().map(value -> " arg" + one.argument() + "==" + hex(value));
        }
        if (condition instanceof Condition.NoneOf none) {
            return Stream.of(none.values().stream()
                    .map(value -> " arg" + none.argument() + "!=" + hex(value))
                    .collect(Collectors.joining()));
        }
        return Stream.of("");
    }
}
