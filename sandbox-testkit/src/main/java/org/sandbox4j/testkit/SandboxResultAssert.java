package org.sandbox4j.testkit;

import java.time.Duration;
import java.util.Arrays;
import org.assertj.core.api.AbstractAssert;
import org.assertj.core.api.AbstractStringAssert;
import org.assertj.core.api.Assertions;
import org.sandbox4j.SandboxResult;
import org.sandbox4j.Termination;

/** Assertions about how a command ended and what it wrote. A failure shows the command, its end and both streams. */
public final class SandboxResultAssert extends AbstractAssert<SandboxResultAssert, SandboxResult> {
    SandboxResultAssert(SandboxResult actual) {
        super(actual, SandboxResultAssert.class);
    }

    /**
     * Verifies that the command exited by itself.
     *
     * @param code with this code
     * @return this
     */
    public SandboxResultAssert exitedWith(int code) {
        return endedAs(new Termination.Exited(code));
    }

    /**
     * Verifies that the command exited with 0.
     *
     * @return this
     */
    public SandboxResultAssert succeeded() {
        return exitedWith(0);
    }

    /**
     * Verifies that the command exited by itself, with another code than 0.
     *
     * @return this
     */
    public SandboxResultAssert failed() {
        isNotNull();
        if (!(actual.termination() instanceof Termination.Exited exited) || exited.code() == 0) {
            throw unexpected("an exit code other than 0");
        }
        return this;
    }

    /**
     * Verifies that a signal ended the command, and that it shows in the exit code.
     *
     * @param signal this signal
     * @return this
     */
    public SandboxResultAssert wasKilledBy(int signal) {
        endedAs(new Termination.Signalled(signal));
        if (actual.exitCode() != 128 + signal) {
            throw unexpected("the exit code " + (128 + signal));
        }
        return this;
    }

    /**
     * Verifies that the command ran out of time.
     *
     * @param limit the time it had
     * @return this
     */
    public SandboxResultAssert timedOutAfter(Duration limit) {
        return endedAs(new Termination.TimedOut(limit));
    }

    /**
     * Verifies what was captured of standard output.
     *
     * @param text all of it
     * @return this
     */
    public SandboxResultAssert wrote(String text) {
        isNotNull();
        if (!actual.stdout().text().equals(text)) {
            throw unexpected("the standard output <" + text + ">");
        }
        return this;
    }

    /**
     * Verifies what was captured of standard error.
     *
     * @param text all of it
     * @return this
     */
    public SandboxResultAssert wroteToStderr(String text) {
        isNotNull();
        if (!actual.stderr().text().equals(text)) {
            throw unexpected("the standard error <" + text + ">");
        }
        return this;
    }

    /**
     * Verifies the bytes captured of standard output, where they are too many to show.
     *
     * @param bytes all of them
     * @return this
     */
    public SandboxResultAssert wroteBytes(byte[] bytes) {
        isNotNull();
        int difference = Arrays.mismatch(actual.stdout().bytes(), bytes);
        if (difference >= 0) {
            throw unexpected(bytes.length + " bytes of standard output; it differs from byte " + difference + " on");
        }
        return this;
    }

    /**
     * Goes on with standard output.
     *
     * @return assertions about its text
     */
    public AbstractStringAssert<?> stdout() {
        isNotNull();
        return Assertions.assertThat(actual.stdout().text()).as("standard output of %s", described());
    }

    private SandboxResultAssert endedAs(Termination expected) {
        isNotNull();
        if (!actual.termination().equals(expected)) {
            throw unexpected(expected.toString());
        }
        return this;
    }

    private AssertionError unexpected(String expected) {
        return failure("Expected %s of %s", expected, described());
    }

    private String described() {
        return String.format(
                "a command that ended as %s%n  stdout (%d bytes): %s%n  stderr (%d bytes): %s",
                actual.termination(),
                actual.stdout().totalBytes(),
                actual.stdout(),
                actual.stderr().totalBytes(),
                actual.stderr());
    }
}
