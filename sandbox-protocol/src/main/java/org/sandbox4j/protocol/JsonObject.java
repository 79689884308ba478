package org.sandbox4j.protocol;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** The members of a JSON object with their types; knows where it stands, for messages. Other members are ignored. */
final class JsonObject {
    private final Map<?, ?> members;
    private final String place;

    private JsonObject(Map<?, ?> members, String place) {
        this.members = members;
        this.place = place;
    }

    static JsonObject of(@Nullable Object value, String place) {
        if (value instanceof Map<?, ?> members) {
            return new JsonObject(members, place);
        }
        throw unexpected(place, "an object", value);
    }

    JsonObject object(String name) {
        return of(members.get(name), at(name));
    }

    /** The member, or an object without members. */
    JsonObject objectIfAny(String name) {
        return members.get(name) == null ? new JsonObject(Map.of(), at(name)) : object(name);
    }

    <T> List<T> list(String name, Function<JsonObject, T> element) {
        List<T> list = new ArrayList<>();
        for (Object value : elements(name)) {
            list.add(element.apply(of(value, at(name) + "[" + list.size() + "]")));
        }
        return list;
    }

    List<String> strings(String name) {
        List<String> strings = new ArrayList<>();
        for (Object value : elements(name)) {
            strings.add(string(value, at(name) + "[" + strings.size() + "]"));
        }
        return strings;
    }

    List<Double> numbers(String name) {
        List<Double> numbers = new ArrayList<>();
        for (Object value : elements(name)) {
            numbers.add(number(value, at(name) + "[" + numbers.size() + "]").doubleValue());
        }
        return numbers;
    }

    private List<?> elements(String name) {
        if (members.get(name) instanceof List<?> elements) {
            return elements;
        }
        throw unexpected(at(name), "an array", members.get(name));
    }

    boolean has(String name) {
        return members.get(name) != null;
    }

    String string(String name) {
        return string(members.get(name), at(name));
    }

    Optional<String> stringIfAny(String name) {
        return has(name) ? Optional.of(string(name)) : Optional.empty();
    }

    long integer(String name) {
        return integer(members.get(name), at(name));
    }

    int smallInteger(String name) {
        long value = integer(name);
        if (value != (int) value) {
            throw unexpected(at(name), "an integer of 32 bits", value);
        }
        return (int) value;
    }

    OptionalInt smallIntegerIfAny(String name) {
        return has(name) ? OptionalInt.of(smallInteger(name)) : OptionalInt.empty();
    }

    /** Absent where it is missing, null, or -1, which means that there is no limit. */
    OptionalLong limit(String name) {
        return has(name) && integer(name) != -1 ? OptionalLong.of(integer(name)) : OptionalLong.empty();
    }

    double number(String name) {
        return number(members.get(name), at(name)).doubleValue();
    }

    /** The number of a member that may be null or missing, which is 0. */
    double numberOrZero(String name) {
        return has(name) ? number(name) : 0;
    }

    boolean truth(String name) {
        if (members.get(name) instanceof Boolean truth) {
            return truth;
        }
        throw unexpected(at(name), "true or false", members.get(name));
    }

    /** The integers of an object by name. */
    Map<String, Long> integers(String name) {
        Map<String, Long> integers = new LinkedHashMap<>();
        object(name).members.forEach((key, value) -> integers.put((String) key, integer(value, at(name) + "." + key)));
        return integers;
    }

    /** The strings of an object by name. */
    Map<String, String> stringsByName(String name) {
        Map<String, String> strings = new LinkedHashMap<>();
        object(name).members.forEach((key, value) -> strings.put((String) key, string(value, at(name) + "." + key)));
        return strings;
    }

    List<String> names() {
        return members.keySet().stream().map(String.class::cast).toList();
    }

    boolean isArray(String name) {
        return members.get(name) instanceof List;
    }

    private String at(String name) {
        return place.isEmpty() ? name : place + "." + name;
    }

    private static String string(@Nullable Object value, String place) {
        if (value instanceof String string) {
            return string;
        }
        throw unexpected(place, "a string", value);
    }

    private static long integer(@Nullable Object value, String place) {
        if (value instanceof Long integer) {
            return integer;
        }
        throw unexpected(place, "an integer of 64 bits", value);
    }

    private static Number number(@Nullable Object value, String place) {
        if (value instanceof Number number && Double.isFinite(number.doubleValue())) {
            return number;
        }
        throw unexpected(place, "a number", value);
    }

    private static WireFormatException unexpected(String place, String expected, @Nullable Object found) {
        String what = found == null ? "missing or null" : "a " + kind(found);
        return new WireFormatException(
                "'" + (place.isEmpty() ? "the answer" : place) + "' should be " + expected + " but is " + what + ".",
                null);
    }

    private static String kind(Object found) {
        return found instanceof Map
                ? "object"
                : found instanceof List ? "array" : found.getClass().getSimpleName();
    }
}
