package org.sandbox4j.bwrap;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** A JVM that runs a scenario with the class path of this one, below a command of the host that prepares its surroundings. */
public final class ChildJvm {
    private static final long SECONDS_TO_END = 240;

    /** What a child does. It fails by throwing; what it prints shows when it does. */
    public interface Scenario {
        void run(List<String> arguments) throws Exception;
    }

    private final List<String> prefix = new ArrayList<>();
    private final List<String> options = new ArrayList<>();
    private String classPath = System.getProperty("java.class.path");

    private ChildJvm() {}

    public static ChildJvm withLauncher(String launcher) {
        return new ChildJvm().option("-Dsandbox4j.launcher=" + launcher).option(TestedBackend.option());
    }

    /** Starts the JVM with a command of the host that ends with executing its arguments. */
    public ChildJvm below(String... command) {
        prefix.addAll(List.of(command));
        return this;
    }

    /** Starts the JVM below a shell script that comes before it. */
    public ChildJvm afterScript(String script) {
        return below("/bin/sh", "-c", script + "\nexec \"$@\"", "sh");
    }

    public ChildJvm option(String option) {
        options.add(option);
        return this;
    }

    ChildJvm classPath(String path) {
        classPath = path;
        return this;
    }

    Process start(Path output, Class<? extends Scenario> scenario, Object... arguments) throws IOException {
        ProcessBuilder builder = new ProcessBuilder(command(scenario, arguments))
                .redirectErrorStream(true)
                .redirectOutput(output.toFile())
                .redirectInput(new File("/dev/null"));
        builder.environment().keySet().retainAll(List.of("PATH", "HOME", "LANG", "LC_ALL"));
        return builder.start();
    }

    /** Runs a scenario to its end, and fails unless it succeeds; returns what it printed. */
    public String run(Class<? extends Scenario> scenario, Object... arguments)
            throws IOException, InterruptedException {
        Path output = Files.createTempFile("sandbox4j-child-", ".out");
        Process process = start(output, scenario, arguments);
        try {
            boolean ended = process.waitFor(SECONDS_TO_END, TimeUnit.SECONDS);
            String said = Files.readString(output);
            assertThat(ended).as("the JVM has ended; it said:%n%s", said).isTrue();
            assertThat(process.exitValue())
                    .as("exit code of a JVM that said:%n%s", said)
                    .isZero();
            return said;
        } finally {
            process.descendants().forEach(ProcessHandle::destroyForcibly);
            process.destroyForcibly();
            Files.delete(output);
        }
    }

    List<String> command(Class<? extends Scenario> scenario, Object... arguments) {
        List<String> command = new ArrayList<>(prefix);
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(List.of("-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-Xshare:auto", "-cp", classPath));
        if (Runtime.version().feature() >= 22) {
            command.add("--enable-native-access=ALL-UNNAMED");
        }
        command.addAll(options);
        command.add(ChildJvm.class.getName());
        command.add(scenario.getName());
        Stream.of(arguments).map(Object::toString).forEach(command::add);
        return command;
    }

    static Map<String, Object> identity() throws IOException {
        return Files.readAttributes(Path.of("/proc/self"), "unix:uid,gid");
    }

    static boolean isRoot() throws IOException {
        return Integer.valueOf(0).equals(identity().get("uid"));
    }

    /** Returns the command that gives the JVM a mount table of its own, as whoever runs the tests. */
    static String[] ownMounts() throws IOException {
        return isRoot() ? new String[] {"unshare", "-m"} : new String[] {"unshare", "-Urm"};
    }

    /** Runs a scenario; the tests' children start here. */
    public static void main(String[] arguments) throws Exception {
        Scenario scenario = Class.forName(arguments[0])
                .asSubclass(Scenario.class)
                .getDeclaredConstructor()
                .newInstance();
        try {
            scenario.run(List.of(arguments).subList(1, arguments.length));
        } catch (NoRoomException e) {
            System.out.println(e.getMessage());
        }
        System.exit(0);
    }
}
