package org.sandbox4j.server;

import java.io.IOException;
import java.io.Reader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Properties;
import java.util.stream.Collectors;

/** What the server was started with: {@code --config FILE}, and settings that override those of the file. */
final class CommandLine {
    private static final String ENVIRON = "environ.";

    private CommandLine() {}

    /**
     * Reads the arguments.
     *
     * @throws IllegalArgumentException if one is unknown or has no value, or a value cannot be used
     */
    static SandboxHttpServerBuilder parse(List<String> arguments) {
        SandboxHttpServerBuilder builder = SandboxHttpServer.builder();
        for (int i = 0; i < arguments.size(); i += 2) {
            if (arguments.get(i).equals("--config")) {
                readFile(builder, valueAfter(arguments, i));
            }
        }
        for (int i = 0; i < arguments.size(); i += 2) {
            String flag = arguments.get(i);
            String value = valueAfter(arguments, i);
            if (!flag.startsWith("--")) {
                throw new IllegalArgumentException("Cannot use '" + flag + "'. Settings look like --port 7000.");
            }
            if (!flag.equals("--config")) {
                set(builder, flag.substring(2), value, "the command line");
            }
        }
        return builder;
    }

    private static String valueAfter(List<String> arguments, int flag) {
        if (flag + 1 >= arguments.size()) {
            throw new IllegalArgumentException("'" + arguments.get(flag) + "' has no value. See --help.");
        }
        return arguments.get(flag + 1);
    }

    private static void readFile(SandboxHttpServerBuilder builder, String file) {
        Properties properties = new Properties();
        try (Reader reader = Files.newBufferedReader(Path.of(file))) {
            properties.load(reader);
        } catch (IOException e) {
            throw new IllegalArgumentException(
                    "Cannot read the configuration '" + file + "': " + e + ". Name a file that this user may read.", e);
        }
        for (String name : properties.stringPropertyNames().stream().sorted().toList()) {
            set(builder, name, properties.getProperty(name).strip(), file);
        }
    }

    private static void set(SandboxHttpServerBuilder builder, String name, String value, String where) {
        if (name.startsWith(ENVIRON)) {
            builder.environ(name.substring(ENVIRON.length()), value);
            return;
        }
        ServerOption.named(name)
                .orElseThrow(() -> new IllegalArgumentException(
                        "There is no setting '" + name + "', which is in " + where + ". See --help."))
                .set(builder, value);
    }

    static String help() {
        return ServerOption.ALL.stream()
                .map(option -> String.format(
                        Locale.ROOT, "  %-28s %s%n", "--" + option.name() + " " + option.argument(), option.help()))
                .collect(Collectors.joining(
                        "",
                        String.format(
                                "Runs a sandbox server until it is told to stop.%n%n"
                                        + "  %-28s settings, as 'port = 7000'; those given here override them%n",
                                "--config FILE"),
                        String.format(
                                "  %-28s variable of shell commands%n%n"
                                        + "A SIZE is in bytes, or with K, M, G, T; a TIME is a number with ms, s, m, h, d.%n",
                                "--environ.NAME VALUE")));
    }
}
