package org.sandbox4j.local.seccomp;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * Reads a program of classic BPF back: follows every way through it and notes what each return depends on, as
 * {@code "arch==0xc000003e nr==165 -> 0x50001"}. Shares nothing with what makes the programs.
 */
final class FilterDecoder {
    private static final String ARCHITECTURE = "arch";
    private static final String NUMBER = "nr";

    private final ByteBuffer code;
    private final Set<String> verdicts = new TreeSet<>();

    private FilterDecoder(byte[] program) {
        code = ByteBuffer.wrap(program).order(ByteOrder.LITTLE_ENDIAN);
    }

    /** What is known of one loaded value on one way: its value, or what it is not. */
    private record Known(Integer value, List<String> facts) {
        static final Known NOTHING = new Known(null, List.of());

        Known is(int known) {
            return new Known(known, facts);
        }

        Known fact(String fact) {
            List<String> all = new ArrayList<>(facts);
            all.add(fact);
            return new Known(value, all);
        }
    }

    static Set<String> decode(byte[] program) {
        FilterDecoder decoder = new FilterDecoder(program);
        decoder.follow(0, "", Map.of());
        return decoder.verdicts;
    }

    private void follow(int at, String loaded, Map<String, Known> known) {
        int value = code.getInt(at * 8 + 4);
        switch (code.getShort(at * 8)) {
            case 0x20 -> follow(at + 1, field(value), known);
            case 0x05 -> follow(at + 1 + value, loaded, known);
            case 0x06 -> verdicts.add(describe(known, value));
            case 0x15 -> equal(at, loaded, known, value);
            case 0x35 -> branch(at, loaded, known, value, ">=");
            case 0x45 -> branch(at, loaded, known, value, "&");
            default -> throw new AssertionError("operation at " + at);
        }
    }

    private void equal(int at, String loaded, Map<String, Known> known, int value) {
        Known before = known.getOrDefault(loaded, Known.NOTHING);
        if (before.value() != null) {
            follow(target(at, before.value() == value), loaded, known);
            return;
        }
        follow(target(at, true), loaded, with(known, loaded, before.is(value)));
        // Of a call's number and architecture only what they are matters; arguments may have to be none of some values.
        boolean argument = loaded.startsWith("arg");
        Known other = argument ? before.fact(loaded + "!=" + hex(value)) : before;
        follow(target(at, false), loaded, with(known, loaded, other));
    }

    private void branch(int at, String loaded, Map<String, Known> known, int value, String operator) {
        Known before = known.getOrDefault(loaded, Known.NOTHING);
        follow(target(at, true), loaded, with(known, loaded, before.fact(loaded + operator + hex(value))));
        follow(target(at, false), loaded, known);
    }

    private int target(int at, boolean taken) {
        return at + 1 + (code.get(at * 8 + (taken ? 2 : 3)) & 0xff);
    }

    private static String field(int offset) {
        return switch (offset) {
            case 0 -> NUMBER;
            case 4 -> ARCHITECTURE;
            case 16, 24, 32, 40, 48, 56 -> "arg" + (offset - 16) / 8;
            default -> throw new AssertionError("load of " + offset);
        };
    }

    private static String describe(Map<String, Known> known, int verdict) {
        String conditions = known.entrySet().stream()
                .map(entry -> entry.getValue().value() != null
                        ? entry.getKey() + "==" + hex(entry.getValue().value())
                        : String.join(" ", entry.getValue().facts()))
                .filter(text -> !text.isEmpty())
                .collect(Collectors.joining(" "));
        return conditions + " -> " + hex(verdict);
    }

    private static Map<String, Known> with(Map<String, Known> known, String field, Known value) {
        Map<String, Known> all = new LinkedHashMap<>(known);
        all.put(field, value);
        return all;
    }

    static String hex(int value) {
        return "0x" + Integer.toHexString(value);
    }
}
