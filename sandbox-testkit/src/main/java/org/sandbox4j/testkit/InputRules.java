package org.sandbox4j.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.sandbox4j.testkit.Programs.echoInput;
import static org.sandbox4j.testkit.Programs.sh;
import static org.sandbox4j.testkit.SandboxAssertions.assertRunning;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.sandbox4j.Sandbox;
import org.sandbox4j.SandboxCommand;
import org.sandbox4j.SandboxFlags;
import org.sandbox4j.Stdio;

/** Rules 41, as far as it needs no terminal, and 42: standard input and the controlling terminal. */
interface InputRules extends Rules {
    /**
     * Rule 41. INTERACTIVE without a terminal MUST give the command the sandbox's standard input. If it fails: is a
     * terminal made although there is none?
     */
    @Test
    default void rule41_interactiveWithoutTerminal_readsTheSandboxsInput() throws InterruptedException {
        byte[] input = "typed\n".getBytes(StandardCharsets.US_ASCII);
        Sandbox sandbox = staged().open(builder -> builder.stdin(Stdio.bytes(input)));
        SandboxCommand interactive = sh("cat; [ -t 0 ] || echo plain").toBuilder()
                .flags(SandboxFlags.INTERACTIVE)
                .build();
        assertRunning(sandbox, interactive).succeeded().wrote("typed\nplain\n");
        int exit = sandbox.run(sh("read line; [ \"$line\" = typed ]").arguments(), SandboxFlags.INTERACTIVE);
        assertThat(exit).isZero();
    }

    /**
     * Rule 41. Without settings that input MUST be {@code System.in} as it is when the run starts. If it fails: is the
     * descriptor 0 of the JVM used, or {@code System.in} read once?
     */
    @Test
    default void rule41_interactiveWithoutTerminal_readsSystemIn() throws InterruptedException {
        Sandbox sandbox = staged().open(builder -> builder.stdin(Stdio.inherit()));
        InputStream before = System.in;
        try {
            System.setIn(new ByteArrayInputStream("piped\n".getBytes(StandardCharsets.US_ASCII)));
            int exit = sandbox.run(sh("read line; [ \"$line\" = piped ]").arguments(), SandboxFlags.INTERACTIVE);
            assertThat(exit).isZero();
        } finally {
            System.setIn(before);
        }
    }

    /**
     * Rule 42. Without INTERACTIVE standard input MUST be empty, and the caller's is not touched. If it fails: is it
     * inherited? is {@code System.in} read ahead?
     */
    @Test
    default void rule42_notInteractive_inputIsEmpty() throws IOException, InterruptedException {
        byte[] input = "typed\n".getBytes(StandardCharsets.US_ASCII);
        Sandbox sandbox = staged().open(builder -> builder.stdin(Stdio.bytes(input)));
        assertRunning(sandbox, echoInput()).succeeded().wrote("");
        InputStream before = System.in;
        ByteArrayInputStream piped = new ByteArrayInputStream(input);
        try {
            System.setIn(piped);
            assertThat(sandbox.run(sh("! read line").arguments())).isZero();
        } finally {
            System.setIn(before);
        }
        assertThat(piped.readAllBytes()).isEqualTo(input);
    }

    /**
     * Rule 42. A command that names its standard input MUST get it, also without INTERACTIVE. If it fails: is the flag
     * asked for first?
     */
    @Test
    default void rule42_namedInput_isRead() throws InterruptedException {
        Sandbox sandbox = staged().open();
        SandboxCommand command = echoInput().toBuilder()
                .stdin(Stdio.bytes("named".getBytes(StandardCharsets.US_ASCII)))
                .build();
        assertRunning(sandbox, command).succeeded().wrote("named");
    }

    /**
     * Rule 42. There MUST be no controlling terminal, and the command is in a session of its own. If it fails: is a new
     * session made? Without one TIOCSTI could type into the caller's terminal.
     */
    @Test
    default void rule42_notInteractive_hasNoControllingTerminal() throws InterruptedException {
        Sandbox sandbox = staged().open();
        assertRunning(sandbox, sh("( : < /dev/tty ) 2>/dev/null")).failed();
        // Fields 5 to 7 of proc_pid_stat(5): process group, session, terminal. A group or session from outside shows as
        // 0.
        String script = "set -- $(sed 's/.*) //' /proc/self/stat); [ $3 != 0 ] && [ $4 != 0 ] && [ $5 = 0 ]";
        assertRunning(sandbox, sh(script)).succeeded();
    }
}
