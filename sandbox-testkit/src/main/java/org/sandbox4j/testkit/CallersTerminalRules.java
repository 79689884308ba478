package org.sandbox4j.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.Random;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Rule 41 for a command that is connected to the terminal of the JVM. */
interface CallersTerminalRules extends Rules {
    /**
     * Rule 41. The command MUST have a terminal of its own with the size of the caller's; keys that mean signals MUST reach
     * it and not the JVM, and what is typed after its end MUST reach the JVM. If it fails: are the caller's modes raw during
     * the run? is the input read ahead?
     */
    @Test
    default void rule41_callersTerminal_isConnected() throws Exception {
        String script = "tty; stty size; [ -t 0 ] && [ -t 1 ] && [ -t 2 ] && echo all; exec cat";
        ChildTerminal terminal = start(InteractiveRun.Ending.BY_ITSELF, script, "");
        TerminalScreen screen = terminal.screen();
        screen.await("/dev/pts/0\r\n30 100\r\nall\r\n");
        screen.type("one\r");
        screen.await("one\r\none\r\n");
        screen.type(TerminalScreen.SUSPEND + "two\r");
        screen.await("two\r\ntwo\r\n");
        screen.type(TerminalScreen.INTERRUPT);
        screen.await("run ended 130\r\n");
        screen.type("three\r");
        screen.await("JVM read three\r\n");
        terminal.assertEnds(0);
    }

    /**
     * Rule 41. When the size of the caller's terminal changes, that of the command's MUST follow. If it fails: who looks at
     * it during the run?
     */
    @Test
    default void rule41_callersTerminal_changesItsSize() throws Exception {
        String script = "trap 'stty size; exit 3' WINCH; echo ready; while :; do usleep 1000; done";
        ChildTerminal terminal = start(InteractiveRun.Ending.BY_ITSELF, script, "");
        terminal.screen().await("ready");
        terminal.resize(77, 22);
        terminal.screen().await("22 77\r\n");
        terminal.screen().await("run ended 3");
        terminal.screen().type("line\r");
        terminal.assertEnds(0);
    }

    /**
     * Rule 41. What is pasted and what is shown MUST come through complete and unchanged. If it fails: does anything on the
     * way take bytes for characters or keys?
     */
    @Test
    default void rule41_callersTerminal_carriesEveryByte() throws Exception {
        byte[] pasted = new byte[64 << 10];
        new Random(41).nextBytes(pasted);
        String digest =
                HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(pasted));
        String script = TerminalRules.RAW + "head -c " + pasted.length + " | sha256sum; seq 150000; printf 'end\\r\\n'";
        ChildTerminal terminal = start(InteractiveRun.Ending.BY_ITSELF, script, "");
        terminal.screen().await("ready");
        terminal.screen().type(pasted);
        terminal.screen().await(digest);
        assertRestored(terminal, "end\r\nrun ended 0");
        String numbers =
                IntStream.rangeClosed(1, 150_000).mapToObj(i -> i + "\n").collect(Collectors.joining());
        assertThat(terminal.screen().text()).contains(numbers + "end");
    }

    /**
     * Rule 41. Output of the JVM that leads elsewhere MUST NOT be the terminal for the command either; what is typed is
     * still shown there. If it fails: does everything go where standard output goes?
     */
    @Test
    default void rule41_callersRedirectedOutput_isNotTheTerminal() throws Exception {
        String script =
                "[ -t 0 ] && [ -t 2 ] || exit 1; [ -t 1 ] || echo apart; echo shown >&2; read line; echo $line; exit 6";
        ChildTerminal terminal = start(InteractiveRun.Ending.BY_ITSELF, script, "> redirected");
        terminal.screen().await("shown\r\n");
        terminal.screen().type("typed\r");
        terminal.screen().await("typed\r\n");
        assertRedirected(terminal, "apart\ntyped\nrun ended 6\n");
    }

    /**
     * Rule 41. What is typed MUST be shown on the caller's terminal also when both outputs of the JVM lead elsewhere. If it
     * fails: does nobody read what the command's terminal shows?
     */
    @Test
    default void rule41_callersOutputsBothRedirected_whatIsTypedIsStillShown() throws Exception {
        String script =
                "[ -t 0 ] || exit 1; echo shown > /dev/tty; read line; [ -t 1 ] || [ -t 2 ] || echo $line; exit 6";
        ChildTerminal terminal = start(InteractiveRun.Ending.BY_ITSELF, script, "> redirected 2>&1");
        terminal.screen().await("shown\r\n");
        terminal.screen().type("typed\r");
        terminal.screen().await("typed\r\n");
        assertRedirected(terminal, "typed\nrun ended 6\n");
    }

    private void assertRedirected(ChildTerminal terminal, String content) throws IOException {
        Path file = staged().outside().resolve("redirected");
        Await.until("'" + content + "' in " + file, () -> contentOf(file).equals(content));
        terminal.screen().type("line\r");
        terminal.assertEnds(0);
        assertThat(file).hasContent(content + "JVM read line\n");
    }

    /** Rule 41. The caller's terminal MUST be what it was, however the run ends. If it fails: who restores it then? */
    @Test
    default void rule41_callersTerminal_isRestoredAfterTheCommandWasKilled() throws Exception {
        ChildTerminal terminal = start(InteractiveRun.Ending.BY_ITSELF, "stty raw -echo; kill -9 $$", "");
        assertRestored(terminal, "run ended 137");
    }

    /** Rule 41. As above, when there is no such command. */
    @Test
    default void rule41_callersTerminal_isRestoredAfterAFailedStart() throws Exception {
        assertRestored(start(InteractiveRun.Ending.MISSING, "", ""), "run threw CommandNotFoundException");
    }

    /** Rule 41. As above, after a timeout. */
    @Test
    default void rule41_callersTerminal_isRestoredAfterATimeout() throws Exception {
        assertRestored(start(InteractiveRun.Ending.TIMEOUT, "while :; do usleep 1000; done", ""), "run ended 137");
    }

    /** Rule 41. As above, after an interrupt. */
    @Test
    default void rule41_callersTerminal_isRestoredAfterAnInterrupt() throws Exception {
        assertRestored(startAndGiveSign(InteractiveRun.Ending.INTERRUPT), "run threw InterruptedException");
    }

    /** Rule 41. As above, when the sandbox is closed. */
    @Test
    default void rule41_callersTerminal_isRestoredAfterAClose() throws Exception {
        assertRestored(startAndGiveSign(InteractiveRun.Ending.CLOSE), "run started 137");
    }

    /** Rule 41. As above, when the JVM exits. */
    @Test
    default void rule41_callersTerminal_isRestoredAfterSystemExit() throws Exception {
        startAndGiveSign(InteractiveRun.Ending.SYSTEM_EXIT).assertEnds(InteractiveRun.EXIT_CODE);
    }

    /** Rule 41. As above, when the JVM is told to end. */
    @Test
    default void rule41_callersTerminal_isRestoredAfterSigterm() throws Exception {
        startAndGiveSign(InteractiveRun.Ending.SIGTERM).assertEnds(143);
    }

    /**
     * Rule 41. A second run MUST NOT share the terminal with another one, nor take it away. If it fails: who restores it
     * when the second fails?
     */
    @Test
    default void rule41_callersTerminal_isNotShared() throws Exception {
        ChildTerminal terminal = start(InteractiveRun.Ending.TAKEN, "while :; do usleep 1000; done", "");
        assertRestored(terminal, "run threw SandboxSetupException, other true");
    }

    /**
     * Rule 41. When the caller's terminal is closed, the command MUST be told as usual, by SIGHUP. If it fails: is the end
     * of the terminal taken for the end of an input?
     */
    @Test
    default void rule41_callersTerminal_hangsUp() throws Exception {
        String script = "trap 'exit 5' HUP; echo up; while :; do usleep 1000; done";
        ChildTerminal terminal = start(InteractiveRun.Ending.BY_ITSELF, script, "> redirected 2>&1");
        Path file = staged().outside().resolve("redirected");
        Await.until(
                "the start of a command",
                () -> Files.exists(file) && contentOf(file).contains("up\n"));
        terminal.hangUp();
        Await.until(
                () -> "the end in: " + contentOf(file), () -> contentOf(file).contains("run ended 5\n"));
    }

    private static void assertRestored(ChildTerminal terminal, String outcome) throws IOException {
        terminal.screen().await(outcome + "\r\n");
        terminal.screen().type("line\r");
        terminal.screen().await("JVM read line\r\n");
        terminal.assertEnds(0);
    }

    private ChildTerminal startAndGiveSign(InteractiveRun.Ending ending) throws IOException {
        ChildTerminal terminal = start(ending, "stty raw -echo; echo up; while :; do usleep 1000; done", "");
        terminal.screen().await("up");
        Files.createFile(sign());
        return terminal;
    }

    private ChildTerminal start(InteractiveRun.Ending ending, String script, String redirection) {
        staged().assume(Capability.CALLERS_TERMINAL);
        return staged().startOnTerminal(
                        ChildJvm.Launch.of(InteractiveRun.class, staged().directory(), sign(), ending, script),
                        redirection);
    }

    private static String contentOf(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private Path sign() {
        return staged().outside().resolve("sign");
    }
}
