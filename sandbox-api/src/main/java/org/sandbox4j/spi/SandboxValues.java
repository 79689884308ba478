package org.sandbox4j.spi;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.sandbox4j.Stdio;

/** Checks the values that users hand in, the same way for every backend. */
public final class SandboxValues {
    private SandboxValues() {}

    /**
     * Checks a path inside the sandbox.
     *
     * @param path the path
     * @return the path without repeated or trailing slashes and without {@code .} elements
     * @throws IllegalArgumentException if it is empty or relative, or has a {@code ..} element or a NUL character
     */
    public static String directory(String path) {
        encodable(path, "The path");
        if (!path.startsWith("/")) {
            throw new IllegalArgumentException(
                    "The path '" + path + "' is not absolute. Paths inside the sandbox start with '/'.");
        }
        List<String> elements = new ArrayList<>();
        for (String element : path.split("/", -1)) {
            if (element.equals("..")) {
                throw new IllegalArgumentException(
                        "The path '" + path + "' has a '..' element. Give the directory that is meant.");
            }
            if (!element.isEmpty() && !element.equals(".")) {
                elements.add(element);
            }
        }
        return "/" + String.join("/", elements);
    }

    /**
     * Checks a command.
     *
     * @param arguments the command and its arguments
     * @return an unmodifiable copy
     * @throws IllegalArgumentException if there are none, or one holds a NUL character or half of a surrogate pair
     */
    public static List<String> arguments(List<String> arguments) {
        List<String> copy = List.copyOf(arguments);
        if (copy.isEmpty()) {
            throw new IllegalArgumentException("A command needs at least one argument: the program.");
        }
        for (int i = 0; i < copy.size(); i++) {
            encodable(copy.get(i), "Argument " + i);
        }
        return copy;
    }

    /**
     * Checks an environment.
     *
     * @param environment names and values
     * @return an unmodifiable copy in the same order
     * @throws IllegalArgumentException if a name is empty or holds {@code =}, or one of them holds a NUL character or half
     *     of a surrogate pair
     */
    public static Map<String, String> environment(Map<String, String> environment) {
        Map<String, String> copy = new LinkedHashMap<>();
        environment.forEach((name, value) -> {
            Objects.requireNonNull(name, "name of an environment variable");
            if (name.isEmpty()) {
                throw new IllegalArgumentException("The name of an environment variable must not be empty.");
            }
            encodable(name, "The name of an environment variable");
            int equals = name.indexOf('=');
            if (equals >= 0) {
                // What follows is likely to be a value, and values do not belong in messages.
                throw new IllegalArgumentException("The name of an environment variable must not hold '=': '"
                        + name.substring(0, equals + 1) + "...'.");
            }
            Objects.requireNonNull(value, () -> "value of the environment variable " + name);
            encodable(value, "The value of the environment variable " + name);
            copy.put(name, value);
        });
        return Collections.unmodifiableMap(copy);
    }

    /**
     * Checks a source of standard input.
     *
     * @param stdin the source
     * @return the same
     * @throws IllegalArgumentException if bytes can only be written to it
     */
    public static Stdio source(Stdio stdin) {
        if (stdin instanceof Stdio.Capture
                || stdin instanceof Stdio.ToStream
                || (stdin instanceof Stdio.HostFile file && file.append())) {
            throw new IllegalArgumentException("Standard input cannot be read from " + stdin
                    + ". Use Stdio.file, from, bytes, pipe, inherit or discard.");
        }
        return Objects.requireNonNull(stdin, "stdin");
    }

    /**
     * Checks a target of standard output or standard error.
     *
     * @param output the target
     * @return the same
     * @throws IllegalArgumentException if bytes can only be read from it
     */
    public static Stdio target(Stdio output) {
        if (output instanceof Stdio.FromStream || output instanceof Stdio.Bytes) {
            throw new IllegalArgumentException("Output cannot be written to " + output
                    + ". Use Stdio.file, append, to, capture, pipe, inherit or discard.");
        }
        return Objects.requireNonNull(output, "output");
    }

    /**
     * Refuses text that cannot become a C string of UTF-8. The text itself is not put into the message, since it may be
     * a secret.
     */
    private static void encodable(String text, String what) {
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == 0) {
                throw new IllegalArgumentException(
                        what + " has a NUL character at index " + i + ", which no program can be given. Remove it.");
            }
            if (Character.isHighSurrogate(c) && i + 1 < text.length() && Character.isLowSurrogate(text.charAt(i + 1))) {
                i++;
            } else if (Character.isSurrogate(c)) {
                throw new IllegalArgumentException(what + " has half of a surrogate pair at index " + i
                        + ", which has no UTF-8 form. Complete or remove it.");
            }
        }
    }
}
