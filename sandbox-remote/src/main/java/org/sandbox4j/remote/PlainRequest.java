package org.sandbox4j.remote;

import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.sandbox4j.ResourceLimits;
import org.sandbox4j.SandboxCommand;
import org.sandbox4j.SandboxFlags;
import org.sandbox4j.SandboxUnsupportedException;
import org.sandbox4j.Stdio;
import org.sandbox4j.protocol.RootRequest;
import org.sandbox4j.protocol.RootSettings;
import org.sandbox4j.protocol.tree.FileNames;

/** A request as the program for plain servers reads it: lines with a key and a value, whose unusual bytes are {@code %XX}. */
final class PlainRequest {
    /** More input than that is a file of the environment. */
    static final int MOST_BYTES_INLINE = 16 << 10;

    private static final String HEX = "0123456789ABCDEF";
    private static final String PLAIN = "_./=:,+-";

    private final StringBuilder text = new StringBuilder();

    private PlainRequest() {}

    /** Writes a request, with what the server gives all of it. What cannot be carried has been {@linkplain #refuse refused}. */
    static String of(RootRequest request, RunPlaces places, Duration budget) {
        PlainRequest lines = new PlainRequest();
        lines.add("budget", seconds(budget));
        if (!request.save()) {
            lines.add("unsaved", "");
        }
        Writable writable = places.writable();
        if (writable.everywhere()) {
            lines.add("everywhere", "");
        }
        writable.places().forEach(place -> lines.add("place", place));
        writable.made().forEach(made -> lines.add("made", made));
        for (int i = 0; i < request.commands().size(); i++) {
            lines.add(request.commands().get(i), places.workDirectories().get(i), i);
        }
        return lines.text.toString();
    }

    private void add(SandboxCommand command, String workDirectory, int number) {
        add("command", "");
        command.arguments().forEach(argument -> add("argument", argument));
        command.environment().orElse(Map.of()).forEach((name, value) -> add("variable", name + "=" + value));
        add("cwd", workDirectory.isEmpty() ? "." : workDirectory);
        command.timeout().ifPresent(timeout -> add("timeout", seconds(timeout)));
        if (command.mayFail()) {
            add("mayfail", "1");
        }
        if (isFile(command)) {
            add("input", inputName(number));
        } else if (command.stdin().orElse(Stdio.discard()) instanceof Stdio.Bytes bytes) {
            line("bytes", bytes.content());
        }
        if (isMerged(command)) {
            add("merged", "1");
        }
        if (isUnwanted(command.stdout().orElseThrow())) {
            add("silent_out", "1");
        }
        if (command.stderr().isPresent() && isUnwanted(command.stderr().get())) {
            add("silent_err", "1");
        }
    }

    static String inputName(int number) {
        return "stdin-" + number;
    }

    /** Tells whether a command's input is a file of the environment. */
    static boolean isFile(SandboxCommand command) {
        Stdio stdin = command.stdin().orElse(Stdio.discard());
        return stdin instanceof Stdio.Pipe
                || (stdin instanceof Stdio.Bytes bytes && bytes.content().length > MOST_BYTES_INLINE);
    }

    private static boolean isMerged(SandboxCommand command) {
        return command.stderr().isPresent()
                && command.stdout().orElseThrow() == command.stderr().get();
    }

    private static boolean isUnwanted(Stdio output) {
        return output instanceof Stdio.Capture capture && capture.limit() == 0;
    }

    private static String seconds(Duration duration) {
        return BigDecimal.valueOf(duration.getSeconds())
                .add(BigDecimal.valueOf(duration.getNano(), 9))
                .toPlainString();
    }

    private void add(String key, String value) {
        line(key, FileNames.isText(value) ? FileNames.encode(value) : value.getBytes(StandardCharsets.UTF_8));
    }

    private void line(String key, byte[] value) {
        text.append(key).append(' ');
        for (byte one : value) {
            char character = (char) (one & 0xff);
            boolean plain = character < 0x80 && (Character.isLetterOrDigit(character) || PLAIN.indexOf(character) >= 0);
            if (plain) {
                text.append(character);
            } else {
                text.append('%').append(HEX.charAt(character >> 4)).append(HEX.charAt(character & 0xf));
            }
        }
        text.append('\n');
    }

    /**
     * Refuses what a plain server does not do.
     *
     * @throws SandboxUnsupportedException if the request has something of that kind
     */
    static void refuse(RootRequest request) {
        RootSettings settings = request.settings();
        require(settings.hostname().equals(RootSettings.DEFAULT.hostname()), "choose a host name");
        require(settings.personality() == RootSettings.DEFAULT.personality(), "choose a personality");
        for (SandboxCommand command : request.commands()) {
            require(command.terminal().isEmpty(), "give a command a terminal");
            require(!command.flags().contains(SandboxFlags.NETWORK_ENABLED), "give a command a network");
            require(!command.rollsBackOnFailure(), "roll back a command of a batch; run it alone");
            List<Object> required = command.limits().stream()
                    .flatMap(limits -> limits.asMap().entrySet().stream())
                    .filter(limit -> limit.getValue().enforcement() == ResourceLimits.Enforcement.REQUIRED)
                    .map(limit -> (Object) limit.getKey())
                    .toList();
            require(required.isEmpty(), "keep a command to limits of " + required);
        }
    }

    private static void require(boolean possible, String what) {
        if (!possible) {
            throw new SandboxUnsupportedException(
                    "A plain sandbox server, which runs commands in an image of its own, cannot " + what
                            + ". Leave it out, or use a server that runs root file systems.");
        }
    }
}
