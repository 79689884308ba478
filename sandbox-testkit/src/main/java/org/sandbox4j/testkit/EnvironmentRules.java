package org.sandbox4j.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.sandbox4j.testkit.Programs.printEnvironment;
import static org.sandbox4j.testkit.Programs.sh;
import static org.sandbox4j.testkit.SandboxAssertions.assertRunning;

import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.assertj.core.api.Condition;
import org.junit.jupiter.api.Test;
import org.sandbox4j.Sandbox;
import org.sandbox4j.SandboxCommand;

/** Rules 10 to 13: which variables a command sees, and with which values. */
interface EnvironmentRules extends Rules {
    /**
     * Rule 10. A command MUST see the variables set and {@code PWD}, nothing else. If it fails: does the sandbox's
     * program, or a shell on the way, inherit the JVM's environment, or add {@code SHLVL} and {@code _}?
     */
    @Test
    default void rule10_environment_isWhatWasSetAndPwd() throws InterruptedException {
        Sandbox sandbox = staged().open();
        sandbox.setEnvironment(Map.of("HOME", "/home", "PATH", "/bin", "EMPTY", ""));
        assertThat(environmentOf(sandbox, printEnvironment()))
                .containsExactlyInAnyOrder("HOME=/home", "PATH=/bin", "EMPTY=", "PWD=/");
        assertThat(environmentOf(sandbox, inDirectory(printEnvironment(), "/work")))
                .containsExactlyInAnyOrder("HOME=/home", "PATH=/bin", "EMPTY=", "PWD=/work");
    }

    /**
     * Rule 10. {@code PWD} MUST appear once, also when the caller sets it. If it fails: is it added to what was set
     * instead of put in its place?
     */
    @Test
    default void rule10_pwdSetByTheCaller_appearsOnce() throws InterruptedException {
        Sandbox sandbox = staged().open();
        sandbox.setEnvironment(Map.of("PWD", "/elsewhere", "A", "1"));
        assertThat(environmentOf(sandbox, inDirectory(printEnvironment(), "/work")))
                .hasSize(2)
                .contains("A=1")
                .areExactly(1, new Condition<>(line -> line.startsWith("PWD="), "PWD"));
    }

    /**
     * Rule 10. No process of the sandbox MUST show a variable of the host in {@code /proc}. An unreadable file is fine.
     * If it fails: with which environment was the sandbox's own program started? The kernel shows that one for process
     * 1.
     */
    @Test
    default void rule10_environmentsInProc_showNothingOfTheHost() throws InterruptedException {
        Sandbox sandbox = staged().open();
        sandbox.setEnvironment(Map.of("SET", "1"));
        SandboxCommand read = sh("for f in /proc/[0-9]*/environ; do cat $f 2>/dev/null; done; exit 0");
        List<String> seen = environmentOf(sandbox, read);
        List<String> host = System.getenv().entrySet().stream()
                .filter(variable -> !variable.getKey().equals("PWD"))
                .map(variable -> variable.getKey() + "=" + variable.getValue())
                .toList();
        assertThat(host)
                .as("variables of this JVM, without which the check proves nothing")
                .isNotEmpty();
        assertThat(seen).contains("SET=1").doesNotContainAnyElementsOf(host);
    }

    /**
     * Rule 11. The environment of a run MUST replace the sandbox's, and be gone in the next run. If it fails: are the
     * two maps merged, or is the run's stored?
     */
    @Test
    default void rule11_environmentOfARun_replaces() throws InterruptedException {
        Sandbox sandbox = staged().open();
        sandbox.setEnvironment(Map.of("A", "sandbox", "B", "sandbox"));
        assertThat(environmentOf(sandbox, with(Map.of("A", "run", "C", "run"))))
                .containsExactlyInAnyOrder("A=run", "C=run", "PWD=/");
        assertThat(environmentOf(sandbox, with(Map.of()))).containsExactly("PWD=/");
        assertThat(environmentOf(sandbox, printEnvironment()))
                .containsExactlyInAnyOrder("A=sandbox", "B=sandbox", "PWD=/");
        sandbox.setEnvironment(Map.of("D", "later"));
        assertThat(environmentOf(sandbox, printEnvironment())).containsExactlyInAnyOrder("D=later", "PWD=/");
    }

    /**
     * Rule 12. Without any environment set it MUST be empty but for {@code PWD}, and commands are still found in the
     * default PATH. If it fails: is the PATH for look-up also passed on?
     */
    @Test
    default void rule12_nothingSet_isEmptyAndCommandsAreFound() throws InterruptedException {
        for (String directory : List.of("/usr/local/sbin", "/usr/local/bin", "/usr/sbin", "/usr/bin", "/sbin")) {
            staged().program(directory + "/tool" + directory.replace('/', '-'), "echo found");
        }
        Sandbox sandbox = staged().open();
        assertThat(environmentOf(sandbox, SandboxCommand.of("cat", "/proc/self/environ")))
                .containsExactly("PWD=/");
        for (String name : List.of("-usr-local-sbin", "-usr-local-bin", "-usr-sbin", "-usr-bin", "-sbin")) {
            assertRunning(sandbox, SandboxCommand.of("tool" + name)).succeeded().wrote("found\n");
        }
    }

    /**
     * Rule 13. Any value MUST arrive byte for byte. If it fails: does a value pass through a shell, a line-based file,
     * or the default charset?
     */
    @Test
    default void rule13_values_arriveUnchanged() throws InterruptedException {
        Map<String, String> values = new TreeMap<>(Map.of(
                "SPACES", "  a  b  ",
                "NEWLINES", "\na\n\nb\n",
                "QUOTES", "'\"`$(id)\\${HOME}\\",
                "EQUALS", "=a=b=",
                "UNICODE", "\u00e4\u20ac\ud83d\ude00",
                "CONTROL", IntStream.range(1, 128).mapToObj(Character::toString).collect(Collectors.joining()),
                "LONG", "x".repeat(100 * 1024),
                "dots.and-dashes", "1",
                "%s", "%n",
                "\u00fcber", "name"));
        values.put("--option", "--unsetenv");
        values.put(" ", " ");
        Sandbox sandbox = staged().open();
        Stream<String> expected =
                Stream.concat(values.entrySet().stream().map(e -> e.getKey() + "=" + e.getValue()), Stream.of("PWD=/"));
        assertThat(environmentOf(sandbox, with(values))).containsExactlyInAnyOrderElementsOf(expected.toList());
        sandbox.setEnvironment(values);
        assertThat(environmentOf(sandbox, printEnvironment())).hasSize(values.size() + 1);
    }

    /**
     * Rule 13. 4,000 variables MUST arrive. If it fails: are they passed as options of a program that limits their
     * number? bubblewrap takes 9,000 arguments, and each variable is three.
     */
    @Test
    default void rule13_fourThousandVariables_arrive() throws InterruptedException {
        Map<String, String> many =
                IntStream.range(0, 4000).boxed().collect(Collectors.toMap(i -> "VARIABLE_" + i, i -> "value " + i));
        Sandbox sandbox = staged().open();
        List<String> seen = environmentOf(sandbox, with(many));
        assertThat(seen)
                .hasSize(4001)
                .contains("VARIABLE_0=value 0", "VARIABLE_3999=value 3999")
                .doesNotHaveDuplicates();
    }

    /**
     * Rule 13. What cannot be a variable MUST be refused as an argument, before anything runs. If it fails: is the map
     * checked when it is handed in? A NUL on its way to bubblewrap became an option of its own.
     */
    @Test
    default void rule13_impossibleVariables_areRefused() {
        Sandbox sandbox = staged().open();
        TreeSnapshot root = TreeSnapshot.of(staged().root());
        List<Map<String, String>> impossible = List.of(
                Map.of("", "value"),
                Map.of("A=B", "value"),
                Map.of("=", "value"),
                Map.of("A\0B", "value"),
                Map.of("A", "value\0--bind\0/etc\0/etc"),
                Map.of("A", "\ud800"));
        for (Map<String, String> environment : impossible) {
            assertThatThrownBy(() -> sandbox.setEnvironment(environment)).isInstanceOf(IllegalArgumentException.class);
            assertThatThrownBy(() -> with(environment)).isInstanceOf(IllegalArgumentException.class);
            assertThatThrownBy(() -> sandbox.run(sh("> /ran").arguments(), Set.of(), null, environment))
                    .isInstanceOf(IllegalArgumentException.class);
        }
        assertThat(root.changes()).isEmpty();
    }

    private static List<String> environmentOf(Sandbox sandbox, SandboxCommand command) throws InterruptedException {
        String block =
                assertRunning(sandbox, command).succeeded().actual().stdout().text();
        return block.isEmpty() ? List.of() : List.of(block.split("\0"));
    }

    private static SandboxCommand with(Map<String, String> environment) {
        return printEnvironment().toBuilder().environment(environment).build();
    }

    private static SandboxCommand inDirectory(SandboxCommand command, String directory) {
        return command.toBuilder().workDirectory(directory).build();
    }
}
