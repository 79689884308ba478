package org.sandbox4j.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.sandbox4j.testkit.Programs.printArguments;
import static org.sandbox4j.testkit.Programs.sh;
import static org.sandbox4j.testkit.SandboxAssertions.assertRunning;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.sandbox4j.Sandbox;
import org.sandbox4j.SandboxCommand;

/** Rule 80: arguments. */
interface ArgumentRules extends Rules {
    /**
     * Rule 80. Any argument MUST arrive byte for byte. If it fails: is there a shell on the way, a list of options that
     * ends at the first argument that looks like one, or the default charset?
     */
    @Test
    default void rule80_arguments_arriveUnchanged() throws InterruptedException {
        List<String> arguments = List.of(
                "",
                " ",
                "a b",
                "\n",
                "a\n\nb\n",
                "'",
                "\"",
                "`id`$(id)$HOME\\",
                "--",
                "--help",
                "-c",
                "--bind",
                "-",
                "*",
                "~",
                "%s%n",
                "@file",
                "\u00e4\u20ac\ud83d\ude00",
                "\t\u0001\u007f",
                "!\u001b[0m",
                "");
        Sandbox sandbox = staged().open();
        assertRunning(sandbox, printArguments(arguments)).succeeded().wrote(joined(arguments));
        SandboxCommand many = printArguments(arguments);
        try (var process = sandbox.start(many)) {
            assertThat(process.waitFor().succeeded()).isTrue();
        }
    }

    /**
     * Rule 80. 10,000 arguments MUST arrive. If it fails: do they count against the options of bubblewrap, of which it
     * takes 9,000?
     */
    @Test
    default void rule80_tenThousandArguments_arrive() throws InterruptedException {
        List<String> arguments =
                IntStream.range(0, 10_000).mapToObj(i -> "argument " + i).toList();
        Sandbox sandbox = staged().open();
        assertRunning(sandbox, printArguments(arguments)).succeeded().wrote(joined(arguments));
        assertRunning(sandbox, sh("echo $#", arguments.toArray(String[]::new)))
                .succeeded()
                .wrote("10000\n");
    }

    /**
     * Rule 80. An argument of 100 KiB MUST arrive. If it fails: the kernel takes 128 KiB; is more than the argument in
     * one string?
     */
    @Test
    default void rule80_longArgument_arrives() throws InterruptedException {
        List<String> arguments = List.of("x".repeat(100 * 1024), "y".repeat(100 * 1024));
        assertRunning(staged().open(), printArguments(arguments)).succeeded().wrote(joined(arguments));
    }

    /**
     * Rule 80. A command named like an option, or otherwise odd, MUST be a command. If it fails: is there a {@code --}
     * before it? bubblewrap needs one, and a shell as well.
     */
    @Test
    default void rule80_commandNamedLikeAnOption_isACommand() throws InterruptedException {
        List<String> names = List.of("--help", "-c", "--", "-", "--version", "a b", "$HOME", "[", "=", "a=b");
        for (String name : names) {
            staged().program("/work/" + name, "printf '%s|' \"$0\" \"$@\"");
        }
        Sandbox sandbox = staged().open();
        for (String name : names) {
            SandboxCommand byName = SandboxCommand.builder(name, "-x", "--", "")
                    .environment(Map.of("PATH", "/work"))
                    .build();
            assertRunning(sandbox, byName).succeeded().wrote("/work/" + name + "|-x|--||");
            SandboxCommand relative = SandboxCommand.builder("./" + name, "y")
                    .workDirectory("/work")
                    .build();
            assertRunning(sandbox, relative).succeeded().wrote("./" + name + "|y|");
        }
    }

    /**
     * Rule 80. What cannot be an argument MUST be refused before anything runs. If it fails: is the list checked when
     * it is handed in?
     */
    @Test
    default void rule80_impossibleArguments_areRefused() {
        Sandbox sandbox = staged().open();
        TreeSnapshot root = TreeSnapshot.of(staged().root());
        for (List<String> command :
                List.of(List.<String>of(), List.of("/bin/touch", "/ran\0x"), List.of("/bin/touch", "\udc00"))) {
            assertThatThrownBy(() -> sandbox.run(command)).isInstanceOf(IllegalArgumentException.class);
            assertThatThrownBy(() -> sandbox.run(command, Set.of(), null, null))
                    .isInstanceOf(IllegalArgumentException.class);
        }
        List<String> withNull = new ArrayList<>(List.of("/bin/touch"));
        withNull.add(null);
        assertThatThrownBy(() -> sandbox.run(withNull)).isInstanceOf(RuntimeException.class);
        assertThat(root.changes()).isEmpty();
    }

    private static String joined(List<String> arguments) {
        return arguments.stream().map(argument -> argument + "\0").collect(Collectors.joining());
    }
}
