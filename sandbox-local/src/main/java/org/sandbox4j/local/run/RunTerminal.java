package org.sandbox4j.local.run;

import java.io.IOException;
import java.io.OutputStream;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.sandbox4j.Stdio;
import org.sandbox4j.TerminalSize;
import org.sandbox4j.local.launch.HostTerminal;
import org.sandbox4j.local.launch.LaunchedProcess;
import org.sandbox4j.local.launch.TerminalSettings;
import org.sandbox4j.local.launch.TerminalWiring;

/** The terminal that a command gets, and what it is connected to. For one run. */
public final class RunTerminal {
    private final boolean callers;
    private final TerminalSettings settings;
    private final TerminalWiring wiring;
    private volatile @Nullable TerminalRelay relay;

    private RunTerminal(boolean callers, TerminalSettings settings, TerminalWiring wiring) {
        this.callers = callers;
        this.settings = settings;
        this.wiring = wiring;
    }

    /**
     * A terminal whose other side is the command's streams.
     *
     * @param stderrApart whether standard error has a target of its own
     */
    public static RunTerminal own(TerminalSize size, boolean stderrApart) {
        return new RunTerminal(false, TerminalSettings.of(size), new TerminalWiring(true, !stderrApart));
    }

    /** A terminal that is connected to the caller's; an output that leads elsewhere stays what it is. */
    public static RunTerminal ofCaller(Stdio stdout, Stdio stderr) {
        TerminalWiring wiring = new TerminalWiring(
                stdout instanceof Stdio.Inherit && CallersStreams.isOutputTerminal(),
                stderr instanceof Stdio.Inherit && CallersStreams.isErrorTerminal());
        return new RunTerminal(true, HostTerminal.settings(), wiring);
    }

    /** Returns what the terminal is like at the start. */
    public TerminalSettings settings() {
        return settings;
    }

    /** Returns which streams it stands for. */
    public TerminalWiring wiring() {
        return wiring;
    }

    boolean isCallers() {
        return callers;
    }

    /** Returns where the caller's terminal is written to: through the JVM's streams if one of them leads there. */
    OutputStream callersOutput() {
        if (wiring.stdout()) {
            return System.out;
        }
        return wiring.stderr() ? System.err : HostTerminal.output();
    }

    /** Connects the caller's terminal; it is raw from now on. */
    void connect(LaunchedProcess process) {
        TerminalRelay connected = new TerminalRelay(HostTerminal.take(), process);
        relay = connected;
        Workers.start(connected);
    }

    /** Takes no more keys from the caller's terminal. */
    void stopReading() {
        Optional.ofNullable(relay).ifPresent(TerminalRelay::stopReading);
    }

    /** Makes the caller's terminal what it was. */
    void disconnect() {
        Optional.ofNullable(relay).ifPresent(TerminalRelay::disconnect);
    }

    /** Carries keys and changes of the size to the command's terminal. */
    private static final class TerminalRelay implements Runnable {
        /** So often is the size looked at, for the JVM has no way to be told. */
        private static final int SIZE_INTERVAL_MILLIS = 200;

        private static final int SIGHUP = 1;

        private final HostTerminal terminal;
        private final LaunchedProcess process;
        private Optional<TerminalSize> size = HostTerminal.size();
        private volatile boolean over;

        TerminalRelay(HostTerminal terminal, LaunchedProcess process) {
            this.terminal = terminal;
            this.process = process;
        }

        @Override
        public void run() {
            try (OutputStream keys = process.stdin()) {
                while (!over) {
                    HostTerminal.Event event = terminal.await(SIZE_INTERVAL_MILLIS);
                    if (event == HostTerminal.Event.HUNG_UP) {
                        process.control().signalCommand(SIGHUP);
                        return;
                    }
                    passOnSize();
                    if (event == HostTerminal.Event.INPUT) {
                        keys.write(terminal.read());
                    }
                }
            } catch (IOException e) {
                // The command has ended, or the terminal has; either way there is nothing more to carry.
            }
        }

        private void passOnSize() {
            Optional<TerminalSize> now = HostTerminal.size();
            if (now.isPresent() && !now.equals(size)) {
                TerminalSize changed = now.get();
                if (process.control().resizeTerminal(changed.columns(), changed.rows())) {
                    size = now;
                }
            }
        }

        void stopReading() {
            over = true;
            terminal.stopReading();
        }

        void disconnect() {
            over = true;
            terminal.giveBack();
        }
    }
}
