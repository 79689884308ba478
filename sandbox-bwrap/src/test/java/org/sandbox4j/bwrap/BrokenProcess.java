package org.sandbox4j.bwrap;

import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.sandbox4j.Sandbox;
import org.sandbox4j.SandboxCommand;
import org.sandbox4j.SandboxProcess;
import org.sandbox4j.SandboxResult;

/** Hands everything on to a real process, but changes of the size, and the eighth bit of what is typed. */
final class BrokenProcess implements SandboxProcess {
    private final SandboxProcess real;

    private BrokenProcess(SandboxProcess real) {
        this.real = real;
    }

    static Sandbox breaking(Sandbox real) {
        return new DelegatingSandbox(real) {
            @Override
            public SandboxProcess start(SandboxCommand command) {
                return new BrokenProcess(super.start(command));
            }
        };
    }

    @Override
    public OutputStream stdin() {
        return new FilterOutputStream(real.stdin()) {
            @Override
            public void write(int b) throws IOException {
                out.write(b & 0x7f);
            }
        };
    }

    @Override
    public void resize(int columns, int rows) {}

    @Override
    public InputStream stdout() {
        return real.stdout();
    }

    @Override
    public InputStream stderr() {
        return real.stderr();
    }

    @Override
    public CompletableFuture<SandboxResult> onExit() {
        return real.onExit();
    }

    @Override
    public SandboxResult waitFor() throws InterruptedException {
        return real.waitFor();
    }

    @Override
    public Optional<SandboxResult> waitFor(Duration timeout) throws InterruptedException {
        return real.waitFor(timeout);
    }

    @Override
    public boolean isAlive() {
        return real.isAlive();
    }

    @Override
    public void terminate() {
        real.terminate();
    }

    @Override
    public void kill() {
        real.kill();
    }

    @Override
    public void suspend() {
        real.suspend();
    }

    @Override
    public void resume() {
        real.resume();
    }

    @Override
    public void close() {
        real.close();
    }
}
