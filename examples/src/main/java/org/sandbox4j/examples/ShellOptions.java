package org.sandbox4j.examples;

import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.sandbox4j.SandboxBuilder;
import org.sandbox4j.SandboxFlags;

/** What {@code bin/shell} was told. */
final class ShellOptions {
    static final String USAGE = """
            Usage: bin/shell DIRECTORY [OPTION...] [COMMAND [ARGUMENT...]]

            Opens a shell in a staged root, or runs another command there, on this terminal. DIRECTORY is that of a
            sandbox, which holds 'root', or that root itself. Without a COMMAND it is bash, or sh where there is no bash.

              --read-only                    the root cannot be changed, but for marked directories
              --network                      with the network of this host
              --shm                          with a /dev/shm
              --inherit-uid                  as the user that you are, not as the build user
              --uid N, --gid N               the build user and group; 0 by default
              --host-system                  with the programs of this host
              --bind SOURCE TARGET           SOURCE of this host appears at TARGET, read-only
              --bind-writable SOURCE TARGET  the same, and can be changed
              --mark PATH                    this directory of the root can be changed
              --mark-artifact PATH           the same, and files linked from outside are protected
              --work-directory PATH          where the command starts; / by default
              --hostname NAME                'sandbox' by default
              --env NAME=VALUE               a variable; --env NAME takes the value from here
              --                             what follows is the command

            PATH, TERM and LANG are set unless they are given. Exits as the command does, with 2 when it was called
            wrongly, and with 125 when there is no sandbox.
            """;

    private static final String DEFAULT_PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

    private record Bind(Path source, String target, boolean writable) {}

    private final Deque<String> left;
    private final Map<String, String> callersEnvironment;
    private final Set<SandboxFlags> flags = EnumSet.of(SandboxFlags.INTERACTIVE);
    private final List<Bind> binds = new ArrayList<>();
    private final Map<String, Boolean> marks = new LinkedHashMap<>();
    private final Map<String, String> environment = new LinkedHashMap<>();
    private Optional<Path> directory = Optional.empty();
    private List<String> command = List.of();
    private boolean hostSystem;
    private boolean help;
    private int uid;
    private int gid;
    private String hostname = "sandbox";
    private String workDirectory = "/";

    private ShellOptions(List<String> arguments, Map<String, String> callersEnvironment) {
        left = new ArrayDeque<>(arguments);
        this.callersEnvironment = callersEnvironment;
        environment.put("PATH", DEFAULT_PATH);
        environment.put("TERM", callersEnvironment.getOrDefault("TERM", "dumb"));
        environment.put("LANG", callersEnvironment.getOrDefault("LANG", "C.UTF-8"));
    }

    /**
     * Reads the arguments.
     *
     * @throws IllegalArgumentException if they make no sense, with a message for the user
     */
    static ShellOptions parse(List<String> arguments, Map<String, String> callersEnvironment) {
        ShellOptions options = new ShellOptions(arguments, callersEnvironment);
        while (!options.left.isEmpty() && !options.help && options.command.isEmpty()) {
            options.take(options.left.pop());
        }
        if (!options.help && options.directory.isEmpty()) {
            throw new IllegalArgumentException("Name the directory of a sandbox.");
        }
        return options;
    }

    private void take(String word) {
        switch (word) {
            case "--help", "-h" -> help = true;
            case "--read-only" -> flags.add(SandboxFlags.ROOT_READ_ONLY);
            case "--network" -> flags.add(SandboxFlags.NETWORK_ENABLED);
            case "--shm" -> flags.add(SandboxFlags.CREATE_DEV_SHM);
            case "--inherit-uid" -> flags.add(SandboxFlags.INHERIT_UID);
            case "--uid" -> uid = number(word);
            case "--gid" -> gid = number(word);
            case "--host-system" -> hostSystem = true;
            case "--bind" -> binds.add(new Bind(path(value(word)), value(word), false));
            case "--bind-writable" -> binds.add(new Bind(path(value(word)), value(word), true));
            case "--mark" -> marks.put(value(word), false);
            case "--mark-artifact" -> marks.put(value(word), true);
            case "--work-directory" -> workDirectory = value(word);
            case "--hostname" -> hostname = value(word);
            case "--env" -> addVariable(value(word));
            case "--" -> takeCommand();
            default -> takeWord(word);
        }
    }

    private void takeWord(String word) {
        if (directory.isEmpty() && !word.startsWith("-")) {
            directory = Optional.of(path(word));
        } else if (word.startsWith("-")) {
            throw new IllegalArgumentException("There is no option '" + word + "'.");
        } else {
            left.push(word);
            takeCommand();
        }
    }

    private void takeCommand() {
        command = List.copyOf(left);
        left.clear();
    }

    private String value(String option) {
        if (left.isEmpty()) {
            throw new IllegalArgumentException("The option " + option + " needs another word.");
        }
        return left.pop();
    }

    private int number(String option) {
        String value = value(option);
        try {
            return Integer.parseUnsignedInt(value);
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException("The option " + option + " needs a number, not '" + value + "'.", e);
        }
    }

    private static Path path(String text) {
        return Path.of(text).toAbsolutePath().normalize();
    }

    private void addVariable(String text) {
        int equals = text.indexOf('=');
        String name = equals < 0 ? text : text.substring(0, equals);
        String value = equals < 0 ? callersEnvironment.get(name) : text.substring(equals + 1);
        if (value == null) {
            throw new IllegalArgumentException("The variable '" + name + "' is not set here; give --env NAME=VALUE.");
        }
        environment.put(name, value);
    }

    boolean help() {
        return help;
    }

    /** Returns the directory that was named. */
    Path directory() {
        return directory.orElseThrow();
    }

    boolean hostSystem() {
        return hostSystem;
    }

    Set<SandboxFlags> flags() {
        return flags;
    }

    Map<String, Boolean> marks() {
        return marks;
    }

    Map<String, String> environment() {
        return environment;
    }

    String workDirectory() {
        return workDirectory;
    }

    /** Returns the command; empty for a shell. */
    List<String> command() {
        return command;
    }

    SandboxBuilder applyTo(SandboxBuilder builder) {
        builder.buildUid(uid).buildGid(gid).hostname(hostname);
        if (hostSystem) {
            builder.hostSystem();
        }
        for (Bind bind : binds) {
            if (bind.writable()) {
                builder.bindWritable(bind.source(), bind.target());
            } else {
                builder.bind(bind.source(), bind.target());
            }
        }
        return builder;
    }
}
