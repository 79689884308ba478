package org.sandbox4j.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.sandbox4j.testkit.Programs.echoInput;
import static org.sandbox4j.testkit.Programs.sh;
import static org.sandbox4j.testkit.SandboxAssertions.assertRunning;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.sandbox4j.Isolation;
import org.sandbox4j.Sandbox;
import org.sandbox4j.SandboxCommand;
import org.sandbox4j.SandboxProcess;
import org.sandbox4j.SandboxResult;
import org.sandbox4j.SandboxUnsupportedException;
import org.sandbox4j.Stdio;

/** Rules 41 and 44 for a command that gets a terminal whose other side is its streams. */
interface TerminalRules extends Rules {
    /** Says that the terminal neither echoes nor changes anything any more. */
    String RAW = "stty raw -echo; echo ready; ";

    /**
     * Rule 41. The terminal MUST be one: the command's input, output, error output and controlling terminal, with the
     * size that was asked for. If it fails: are pipes in its place? who made it the controlling one?
     */
    @Test
    default void rule41_terminal_isOne() throws InterruptedException {
        staged().assume(Capability.TERMINALS);
        String script = "tty; stty size; for i in 0 1 2; do [ -t $i ] && echo $i; done; echo direct > /dev/tty;"
                + " echo error >&2; read a b c d e group session tty rest < /proc/$$/stat; [ $tty -gt 0 ] && echo controls";
        assertRunning(staged().open(), withTerminal(sh(script)))
                .succeeded()
                .wrote("/dev/pts/0\r\n24 80\r\n0\r\n1\r\n2\r\ndirect\r\nerror\r\ncontrols\r\n")
                .wroteToStderr("");
    }

    /**
     * Rules 41 and 43. The terminal MUST belong to the user of the command. If it fails: who has made it?
     */
    @Test
    default void rule41_terminal_belongsToTheUser() throws InterruptedException {
        staged().assume(Capability.TERMINALS);
        Sandbox sandbox = staged().open(builder -> builder.buildUid(1234).buildGid(1235));
        assertRunning(sandbox, withTerminal(sh("stat -c %u /dev/pts/0; echo again > $(tty)")))
                .succeeded()
                .wrote("1234\r\nagain\r\n");
    }

    /**
     * Rule 41. A standard error that has a target of its own MUST stay apart from the terminal. If it fails: do both
     * outputs lead to the terminal whatever was asked for?
     */
    @Test
    default void rule41_redirectedStderr_isNotTheTerminal() throws InterruptedException {
        staged().assume(Capability.TERMINALS);
        SandboxCommand command = withTerminal(sh("[ -t 1 ] && echo out; [ -t 2 ] || echo apart >&2")).toBuilder()
                .stderr(Stdio.capture(100))
                .build();
        assertRunning(staged().open(), command).succeeded().wrote("out\r\n").wroteToStderr("apart\n");
    }

    /**
     * Rule 41. What is typed MUST reach the command, and be echoed. If it fails: is the terminal's input relayed?
     */
    @Test
    default void rule41_keys_reachTheCommand() throws InterruptedException {
        staged().assume(Capability.TERMINALS);
        try (SandboxProcess process = staged().open().start(withTerminal(sh("read line; echo \"got $line\"")))) {
            TerminalScreen screen = new TerminalScreen(process.stdin(), process.stdout());
            screen.type("grüße\r");
            SandboxAssertions.assertThat(Await.end(process)).succeeded();
            screen.await(bytes("grüße\r\ngot grüße\r\n"));
        }
    }

    /**
     * Rule 41. Ctrl-C MUST be an interrupt for what runs in the foreground, and for nothing else. If it fails: is the
     * terminal the controlling one? are signals blocked or ignored at the start of the command?
     */
    @Test
    default void rule41_interruptKey_interruptsTheCommand() throws InterruptedException {
        staged().assume(Capability.TERMINALS);
        try (SandboxProcess process = staged().open().start(withTerminal(echoInput()))) {
            TerminalScreen screen = new TerminalScreen(process.stdin(), process.stdout());
            screen.type("up\r");
            screen.await("up\r\nup\r\n");
            screen.type(TerminalScreen.INTERRUPT);
            SandboxAssertions.assertThat(Await.end(process)).wasKilledBy(2);
        }
    }

    /**
     * Rule 41. A shell MUST have job control: Ctrl-Z stops what runs, {@code fg} lets it go on, Ctrl-C ends it, and the
     * shell survives all that. If it fails: does the shell lead the terminal's session?
     */
    @Test
    default void rule41_shell_hasJobControl() throws InterruptedException {
        staged().assume(Capability.TERMINALS);
        Marker marker = Marker.fresh();
        SandboxCommand shell = withTerminal(SandboxCommand.builder("/bin/sh", "-i")
                .environment(Map.of("PS1", "$ "))
                .build());
        try (SandboxProcess process = staged().open().start(shell)) {
            TerminalScreen screen = new TerminalScreen(process.stdin(), process.stdout());
            screen.await("$ ");
            screen.type("sleep " + marker + "\r");
            marker.awaitRunning();
            screen.type(TerminalScreen.SUSPEND);
            screen.await("Stopped");
            screen.await("$ ");
            screen.type("fg\r");
            screen.await("sleep " + marker);
            screen.type(TerminalScreen.INTERRUPT);
            marker.awaitGone();
            screen.type("exit 7\r");
            SandboxAssertions.assertThat(Await.end(process)).exitedWith(7);
        }
    }

    /**
     * Rule 41. A change of the size MUST reach the command, with SIGWINCH. If it fails: is the size set on the terminal
     * that the command has?
     */
    @Test
    default void rule41_resize_reachesTheCommand() throws InterruptedException {
        staged().assume(Capability.TERMINALS);
        String script = "trap 'stty size; exit 3' WINCH; echo ready; while :; do usleep 1000; done";
        try (SandboxProcess process = staged().open().start(withTerminal(sh(script)))) {
            TerminalScreen screen = new TerminalScreen(process.stdin(), process.stdout());
            screen.await("ready");
            process.resize(132, 43);
            screen.await("43 132\r\n");
            SandboxAssertions.assertThat(Await.end(process)).exitedWith(3);
        }
    }

    /**
     * Rule 41. A command without a terminal MUST NOT pretend to have one that can be resized. If it fails: is the call
     * ignored?
     */
    @Test
    default void rule41_resizeWithoutTerminal_isRefused() {
        try (SandboxProcess process = staged().open().start(echoInput())) {
            assertThatThrownBy(() -> process.resize(80, 24)).isInstanceOf(SandboxUnsupportedException.class);
        }
    }

    /**
     * Rule 41. The end of the input MUST end each program that reads to the end, one after the other. If it fails: is
     * Ctrl-D typed, and again for the second reader?
     */
    @Test
    default void rule41_endOfInput_endsEveryReader() throws InterruptedException {
        staged().assume(Capability.TERMINALS);
        SandboxCommand command = withTerminal(sh("stty -echo; cat; echo first; cat; echo second")).toBuilder()
                .stdin(Stdio.bytes("typed".getBytes(StandardCharsets.US_ASCII)))
                .timeout(Await.deadline())
                .build();
        SandboxResult result =
                assertRunning(staged().open(), command).succeeded().actual();
        assertThat(result.stdout().text()).endsWith("typedfirst\r\nsecond\r\n");
    }

    /**
     * Rules 41 and 70. What is shown MUST be complete, also what is written last. If it fails: is the terminal closed
     * at the end of the command, before everything has been read from it?
     */
    @Test
    default void rule41_output_isComplete() throws InterruptedException {
        staged().assume(Capability.TERMINALS);
        int lines = 150_000;
        String shown = staged().open()
                .execute(withTerminal(sh("seq " + lines + "; printf end")))
                .stdout()
                .text();
        assertThat(shown).hasSizeGreaterThan(1 << 20).endsWith("\r\n" + lines + "\r\nend");
        assertThat(shown.lines().count()).isEqualTo(lines + 1);
        for (int i = 0; i < 20; i++) {
            assertRunning(staged().open(), withTerminal(sh("printf last")))
                    .succeeded()
                    .wrote("last");
        }
    }

    /**
     * Rule 41. To a program that switches the terminal's own meaning of keys off, 64 KiB MUST come through unchanged. If
     * it fails: is anything lost when the terminal is full? does a relay take some bytes for its own?
     */
    @Test
    default void rule41_rawInput_isUnchanged() throws InterruptedException {
        staged().assume(Capability.TERMINALS);
        byte[] typed = new byte[64 << 10];
        new Random(41).nextBytes(typed);
        try (SandboxProcess process = staged().open()
                .start(withTerminal(sh(RAW + "head -c " + typed.length + " | od -An -v -tx1 | tr -d ' \\n'")))) {
            TerminalScreen screen = new TerminalScreen(process.stdin(), process.stdout());
            screen.await("ready");
            screen.type(typed);
            SandboxAssertions.assertThat(Await.end(process)).succeeded();
            screen.await(HexFormat.of().formatHex(typed));
        }
    }

    /**
     * Rule 41. What is typed and never read MUST do no harm. If it fails: does the relay wait until it is?
     */
    @Test
    default void rule41_keysThatAreNotRead_doNoHarm() throws InterruptedException {
        staged().assume(Capability.TERMINALS);
        SandboxCommand command = withTerminal(sh(RAW + "exit 5")).toBuilder()
                .stdin(Stdio.from(new StdinRules.Zeros(1 << 20)))
                .build();
        assertRunning(staged().open(), command).exitedWith(5);
    }

    /**
     * Rule 53. A background process that holds the terminal MUST NOT delay the end, and is gone after it. If it fails:
     * is the end of the terminal waited for rather than that of the command?
     */
    @Test
    default void rule53_backgroundProcessOnTheTerminal_isGone() throws InterruptedException {
        staged().assume(Capability.TERMINALS);
        Marker marker = Marker.fresh();
        String script = "trap '' HUP; sleep " + marker + " & yes & echo \"leaving\"; exit 4";
        assertRunning(staged().open(), withTerminal(sh(script))).exitedWith(4);
        marker.assertGone();
    }

    /**
     * Rule 44. A terminal MUST add the devices of terminals and nothing else of the host's, and nothing can be put
     * there. If it fails: is the host's {@code /dev/pts} seen?
     */
    @Test
    default void rule44_terminal_addsTheSandboxsOwnTerminalsOnly() throws InterruptedException {
        staged().assume(Capability.TERMINALS);
        Sandbox sandbox = staged().open();
        staged().assume(sandbox, Isolation.DEVICES);
        List<String> listing = sandbox.execute(withTerminal(sh("ls -1A /dev")))
                .stdout()
                .text()
                .lines()
                .toList();
        List<String> names = new ArrayList<>(DeviceRules.NAMES);
        names.addAll(DeviceRules.TERMINAL_NAMES);
        assertThat(listing).containsExactlyInAnyOrderElementsOf(names);
        assertRunning(sandbox, withTerminal(sh("ls -1A /dev/pts"))).succeeded().wrote("0\r\nptmx\r\n");
        assertRunning(sandbox, withTerminal(sh("touch /dev/x /dev/pts/x 2>/dev/null")))
                .failed()
                .wrote("");
    }

    private static SandboxCommand withTerminal(SandboxCommand command) {
        return command.toBuilder().terminal(80, 24).build();
    }

    private static String bytes(String text) {
        return new String(text.getBytes(StandardCharsets.UTF_8), StandardCharsets.ISO_8859_1);
    }
}
