package org.sandbox4j.local.seccomp;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.sandbox4j.SeccompProfile;

/**
 * System calls that the table of rules refuses, at least one for each rule and each of its bits and values, in the words of
 * {@code syscall.c}. They are made from the table, so a new rule is tried without more ado.
 */
public final class RefusedCalls {
    /** What sockets and personalities may not be. */
    private static final List<Integer> ODD_VALUES = List.of(3, 9, 17, 30, 38, 40, 44, 0x400000);

    private static final long GARBAGE = 0x5a5a5a5aL << 32;

    private RefusedCalls() {}

    /** Returns calls by 64-bit programs, with what the program prints for each. */
    public static Map<String, String> ofX86(SeccompProfile profile) {
        Map<String, String> calls = of(profile, Architecture.X86_64, "");
        // Any call of the x32 kind.
        calls.put(Integer.toString(0x40000000 + 39), "-1 " + SeccompRules.ENOSYS);
        return calls;
    }

    /** Returns calls by 32-bit programs, with what the program prints for each. */
    public static Map<String, String> ofI386(SeccompProfile profile) {
        return of(profile, Architecture.I386, "i");
    }

    private static Map<String, String> of(SeccompProfile profile, Architecture architecture, String prefix) {
        Map<String, String> calls = new LinkedHashMap<>();
        for (SeccompRule rule : SeccompRules.of(profile)) {
            if (rule.call().existsOn(architecture)) {
                String number = prefix + rule.call().number(architecture);
                arguments(rule.condition())
                        .forEach(arguments -> calls.put(number + "," + arguments, "-1 " + rule.error()));
            }
        }
        return calls;
    }

    private static Stream<String> arguments(Condition condition) {
        if (condition instanceof Condition.AnyBit any) {
            return eachBit(any.bits()).boxed().flatMap(bit -> halves(any.argument(), bit));
        }
        if (condition instanceof Condition.AnyBitOfBoth both) {
            return eachBit(both.firstBits())
                    .boxed()
                    .flatMap(first -> eachBit(both.secondBits())
                            .mapToObj(second -> with(Map.of(both.first(), first, both.second(), second))));
        }
        if (condition instanceof Condition.OneOf one) {
            return one.values().stream().flatMap(value -> halves(one.argument(), value));
        }
        if (condition instanceof Condition.NoneOf none) {
            return ODD_VALUES.stream().flatMap(value -> halves(none.argument(), value));
        }
        return Stream.of(with(Map.of()).replace('0', '1'), "-1,-1,-1,-1,-1,-1");
    }

    /** The kernel compares 32 bits, so what stands in the upper half must not matter. */
    private static Stream<String> halves(int argument, long value) {
        return Stream.of(with(Map.of(argument, value)), with(Map.of(argument, GARBAGE | value)));
    }

    private static LongStream eachBit(int bits) {
        return IntStream.range(0, Integer.SIZE)
                .map(bit -> 1 << bit)
                .filter(bit -> (bits & bit) != 0)
                .mapToLong(bit -> bit);
    }

    private static String with(Map<Integer, Long> values) {
        List<Long> arguments = new ArrayList<>(Collections.nCopies(6, 0L));
        values.forEach(arguments::set);
        return arguments.stream().map(String::valueOf).collect(Collectors.joining(","));
    }
}
