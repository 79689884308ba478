package org.sandbox4j.server;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.sandbox4j.SeccompProfile;

/**
 * A setting as it is written in a configuration file, {@code port = 7000}, and on the command line, {@code --port 7000}.
 *
 * @param name its name
 * @param argument what its value is
 * @param help what it is for
 * @param setter hands a value over
 */
record ServerOption(String name, String argument, String help, Setter setter) {
    private static final Pattern SIZE = Pattern.compile("(\\d{1,15})([KMGT]?)");
    private static final Pattern TIME = Pattern.compile("(\\d{1,9})(ms|s|m|h|d)");
    private static final String UNITS = "KMGT";

    /** Hands a value to a builder. */
    interface Setter {
        void set(SandboxHttpServerBuilder builder, String value) throws IOException;
    }

    static final List<ServerOption> ALL = List.of(
            text("data", "DIRECTORY", "where everything is kept; mandatory", (b, v) -> b.dataDirectory(Path.of(v))),
            text("address", "ADDRESS", "where to listen (127.0.0.1)", SandboxHttpServerBuilder::address),
            number("port", "port to listen on, 0 for a free one (7000)", (b, v) -> b.port(Math.toIntExact(v))),
            text(
                    "allow-host",
                    "NAME[:PORT]",
                    "further names of this server, between commas; may be given often",
                    ServerOption::allowHosts),
            text(
                    "token-file",
                    "FILE",
                    "bearer tokens, one a line, after a client's name if it has one; without it everybody is served",
                    ServerOption::tokens),
            flag("open-to-all", "listen beyond loopback without a token (false)", SandboxHttpServerBuilder::openToAll),
            text(
                    "image",
                    "DIRECTORY",
                    "root file system of shell commands (the host's system)",
                    (b, v) -> b.imageDirectory(Path.of(v))),
            text(
                    "libraries",
                    "DIRECTORY",
                    "what shell commands see at /utils/libs (nothing)",
                    (b, v) -> b.libraryDirectory(Path.of(v))),
            text("backend", "ID", "sandbox backend (the best of this host)", SandboxHttpServerBuilder::backend),
            number(
                    "workers",
                    "requests that run at once (two for each processor)",
                    (b, v) -> b.workers(Math.toIntExact(v))),
            number("queue", "further requests that wait (64)", (b, v) -> b.queue(Math.toIntExact(v))),
            time("queue-wait", "how long they wait (2s)", SandboxHttpServerBuilder::queueWait),
            time(
                    "shell-budget",
                    "time for the shell commands of a request (10s)",
                    SandboxHttpServerBuilder::shellBudget),
            time(
                    "root-budget",
                    "time for the commands of a request with its own root (10m)",
                    SandboxHttpServerBuilder::rootBudget),
            size("memory", "memory of a command (256M)", SandboxHttpServerBuilder::memory),
            number("processes", "processes and threads of a command (256)", SandboxHttpServerBuilder::processes),
            size("file-size", "largest file that a command writes (512M)", SandboxHttpServerBuilder::fileSize),
            size("disk", "files and /tmp of a request (1G)", SandboxHttpServerBuilder::disk),
            size("output", "output of a command (16M)", SandboxHttpServerBuilder::output),
            size(
                    "request-output",
                    "output of all commands of a request, where it is kept (64M)",
                    SandboxHttpServerBuilder::requestOutput),
            number("request-commands", "commands of a request (1000)", (b, v) -> b.requestCommands(Math.toIntExact(v))),
            number("entries", "files and directories of an environment (200000)", SandboxHttpServerBuilder::entries),
            flag(
                    "require-limits",
                    "refuse to run where limits cannot be enforced (false)",
                    SandboxHttpServerBuilder::requireLimits),
            flag("network", "let clients give commands this host's network (false)", SandboxHttpServerBuilder::network),
            text(
                    "seccomp",
                    "PROFILE",
                    "none, standard or strict: the weakest filter of system calls (standard)",
                    (b, v) -> b.seccomp(SeccompProfile.valueOf(v.toUpperCase(Locale.ROOT)))),
            size("upload", "largest request (512M)", SandboxHttpServerBuilder::upload),
            time(
                    "patience",
                    "how long clients may be silent, or slower than the least rate (30s)",
                    SandboxHttpServerBuilder::patience),
            size(
                    "least-rate",
                    "bytes a second that clients send or take at least (1K)",
                    SandboxHttpServerBuilder::leastRate),
            time("transfer-time", "longest time for a body or an answer (15m)", SandboxHttpServerBuilder::transferTime),
            time("lifetime", "how long environments are kept (24h)", SandboxHttpServerBuilder::lifetime),
            size("quota", "disk space for environments and remembered answers (10G)", SandboxHttpServerBuilder::quota),
            time("grace", "how long runs may go on when the server stops (10s)", SandboxHttpServerBuilder::grace));

    static Optional<ServerOption> named(String name) {
        return ALL.stream().filter(option -> option.name.equals(name)).findFirst();
    }

    /** Takes a value over, and says in which setting a wrong one is. */
    void set(SandboxHttpServerBuilder builder, String value) {
        try {
            setter.set(builder, value);
        } catch (IllegalArgumentException | ArithmeticException | IOException e) {
            throw new IllegalArgumentException(
                    "Cannot use " + name + " = " + value + ": " + e.getMessage() + " It is to be: " + help + ".", e);
        }
    }

    private static ServerOption text(String name, String argument, String help, Setter setter) {
        return new ServerOption(name, argument, help, setter);
    }

    private interface Use<T> {
        void accept(SandboxHttpServerBuilder builder, T value);
    }

    private static ServerOption flag(String name, String help, Use<Boolean> use) {
        return new ServerOption(name, "true|false", help, (builder, value) -> {
            if (!value.equals("true") && !value.equals("false")) {
                throw new IllegalArgumentException("Say true or false.");
            }
            use.accept(builder, Boolean.valueOf(value));
        });
    }

    private static ServerOption number(String name, String help, Use<Long> use) {
        return new ServerOption(name, "NUMBER", help, (builder, value) -> {
            if (!value.matches("\\d{1,15}")) {
                throw new IllegalArgumentException("Give a number.");
            }
            use.accept(builder, Long.valueOf(value));
        });
    }

    private static ServerOption size(String name, String help, Use<Long> use) {
        return new ServerOption(name, "SIZE", help, (builder, value) -> use.accept(builder, bytes(value)));
    }

    private static ServerOption time(String name, String help, Use<Duration> use) {
        return new ServerOption(name, "TIME", help, (builder, value) -> use.accept(builder, duration(value)));
    }

    static long bytes(String text) {
        Matcher size = SIZE.matcher(text);
        if (!size.matches()) {
            throw new IllegalArgumentException("Give a number of bytes, or one with K, M, G or T, such as 512M.");
        }
        int power = size.group(2).isEmpty() ? 0 : UNITS.indexOf(size.group(2)) + 1;
        return Math.multiplyExact(Long.parseLong(size.group(1)), 1L << (10 * power));
    }

    static Duration duration(String text) {
        Matcher time = TIME.matcher(text);
        if (!time.matches()) {
            throw new IllegalArgumentException("Give a number with ms, s, m, h or d, such as 10s.");
        }
        long amount = Long.parseLong(time.group(1));
        return switch (time.group(2)) {
            case "ms" -> Duration.ofMillis(amount);
            case "s" -> Duration.ofSeconds(amount);
            case "m" -> Duration.ofMinutes(amount);
            case "h" -> Duration.ofHours(amount);
            default -> Duration.ofDays(amount);
        };
    }

    private static void allowHosts(SandboxHttpServerBuilder builder, String names) {
        for (String name : names.split(",", -1)) {
            builder.allowHost(name.strip());
        }
    }

    private static void tokens(SandboxHttpServerBuilder builder, String file) throws IOException {
        List<String> tokens = Files.readAllLines(Path.of(file)).stream()
                .map(String::strip)
                .filter(line -> !line.isEmpty() && !line.startsWith("#"))
                .toList();
        if (tokens.isEmpty()) {
            throw new IllegalArgumentException("There is no token in it.");
        }
        for (String line : tokens) {
            String[] words = line.split("\\s+", 2);
            if (words.length == 1) {
                builder.token(line);
            } else {
                builder.token(words[0], words[1]);
            }
        }
    }
}
