package org.sandbox4j.local.launch;

import com.sun.jna.LastErrorException;
import com.sun.jna.Memory;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;
import org.sandbox4j.SandboxSetupException;
import org.sandbox4j.TerminalSize;

/**
 * The terminal that is the JVM's standard input. One command at a time can have it: {@link #take()} makes it raw, so that
 * keys are bytes and mean nothing to the JVM, and {@link #giveBack()} makes it what it was. Thread-safe.
 */
public final class HostTerminal {
    /** What became of a wait for keys. */
    public enum Event {
        /** There is something to read. */
        INPUT,
        /** Nothing happened in time. */
        NOTHING,
        /** The terminal is gone. */
        HUNG_UP
    }

    private static final int STDIN = 0;
    private static final int STDOUT = 1;
    private static final int STDERR = 2;

    /** glibc's struct termios has 60 bytes: four numbers, the line discipline, and the control characters. */
    private static final int MODES_SIZE = 128;

    private static final int LOCAL_FLAGS = 12;
    private static final int VTIME = 17 + 5;
    private static final int VMIN = 17 + 6;
    private static final int ISIG = 1;
    private static final int ICANON = 2;
    private static final int ECHO = 8;

    /** struct pollfd: an int, two shorts. */
    private static final int POLL_ENTRY = 8;

    private static final int BUFFER_SIZE = 4096;

    private static boolean taken;

    private final NativeCode.Use nativeCode;
    private final Memory saved;
    private final Memory buffer = new Memory(BUFFER_SIZE);
    private boolean givenBack;

    private HostTerminal(NativeCode.Use nativeCode, Memory saved) {
        this.nativeCode = nativeCode;
        this.saved = saved;
    }

    /** Tells whether the JVM's descriptor of standard input is a terminal. Needs no native code. */
    public static boolean isInput() {
        try {
            String target = Files.readSymbolicLink(Path.of("/proc/self/fd/0")).toString();
            return target.contains("/pts/") || target.contains("/tty") || target.endsWith("/console");
        } catch (IOException e) {
            return false;
        }
    }

    /** Tells whether the JVM's descriptor of standard output is a terminal. */
    public static boolean isOutput() {
        return isTerminal(STDOUT);
    }

    /** Tells whether the JVM's descriptor of standard error is a terminal. */
    public static boolean isError() {
        return isTerminal(STDERR);
    }

    private static boolean isTerminal(int descriptor) {
        NativeCode.enter();
        try (Memory modes = new Memory(MODES_SIZE)) {
            LibC.tcgetattr(descriptor, modes);
            return true;
        } catch (LastErrorException e) {
            return false;
        } finally {
            NativeCode.leave();
        }
    }

    /** Returns the size and the modes that a terminal needs to look the same; modes of a program that has taken it do not. */
    public static TerminalSettings settings() {
        byte[] modes = new byte[TerminalSettings.MODES_SIZE];
        NativeCode.enter();
        try (Memory current = new Memory(MODES_SIZE)) {
            LibC.tcgetattr(STDIN, current);
            int usual = ISIG | ICANON | ECHO;
            if ((current.getInt(LOCAL_FLAGS) & usual) == usual) {
                current.read(0, modes, 0, modes.length);
            }
        } catch (LastErrorException e) {
            Arrays.fill(modes, (byte) 0);
        } finally {
            NativeCode.leave();
        }
        return size().map(size -> new TerminalSettings(size.columns(), size.rows(), modes))
                .orElseGet(() -> new TerminalSettings(0, 0, modes));
    }

    /** Returns the size, where it is known. */
    public static Optional<TerminalSize> size() {
        NativeCode.enter();
        try (Memory size = new Memory(8)) {
            LibC.ioctl(STDIN, LibC.TIOCGWINSZ, size);
            int rows = size.getShort(0) & 0xffff;
            int columns = size.getShort(2) & 0xffff;
            return rows > 0 && columns > 0 ? Optional.of(new TerminalSize(columns, rows)) : Optional.empty();
        } catch (LastErrorException e) {
            return Optional.empty();
        } finally {
            NativeCode.leave();
        }
    }

    /**
     * Takes the terminal for one command.
     *
     * @throws SandboxSetupException if another command has it, or it is gone
     */
    public static HostTerminal take() {
        synchronized (HostTerminal.class) {
            if (taken) {
                throw new SandboxSetupException(
                        "terminal-in-use",
                        "Cannot give a command the terminal: another interactive command of this JVM has it. "
                                + "Wait for that one to end.",
                        null);
            }
            NativeCode.Use nativeCode = NativeCode.use();
            try {
                HostTerminal terminal = new HostTerminal(nativeCode, makeRaw());
                taken = true;
                return terminal;
            } catch (RuntimeException | Error e) {
                nativeCode.close();
                throw e;
            }
        }
    }

    /** Reading never waits in these modes, so that no key is taken that is not there yet. */
    private static Memory makeRaw() {
        Memory saved = new Memory(MODES_SIZE);
        try (Memory raw = new Memory(MODES_SIZE)) {
            LibC.tcgetattr(STDIN, saved);
            raw.write(0, saved.getByteArray(0, MODES_SIZE), 0, MODES_SIZE);
            LibC.cfmakeraw(raw);
            raw.setByte(VMIN, (byte) 0);
            raw.setByte(VTIME, (byte) 0);
            LibC.tcsetattr(STDIN, LibC.TCSANOW, raw);
            return saved;
        } catch (LastErrorException e) {
            saved.close();
            throw new SandboxSetupException(
                    "terminal-unusable",
                    "Cannot give a command the terminal: its modes cannot be changed (error " + e.getErrorCode()
                            + ", see errno(3)). Was it closed?",
                    e);
        }
    }

    /** Waits for keys. */
    public Event await(int milliseconds) {
        try (Memory entry = new Memory(POLL_ENTRY)) {
            entry.setInt(0, STDIN);
            entry.setShort(4, LibC.POLLIN);
            entry.setShort(6, (short) 0);
            LibC.poll(entry, 1, milliseconds);
            short returned = entry.getShort(6);
            if ((returned & ~LibC.POLLIN) != 0) {
                // Of a terminal that is gone the kernel also says that it can be read.
                return Event.HUNG_UP;
            }
            return returned == 0 ? Event.NOTHING : Event.INPUT;
        } catch (LastErrorException e) {
            return e.getErrorCode() == LibC.EINTR ? Event.NOTHING : Event.HUNG_UP;
        }
    }

    /** Takes the keys that are there without waiting; none once the terminal has been given back. */
    public synchronized byte[] read() throws IOException {
        if (givenBack) {
            return new byte[0];
        }
        try {
            return buffer.getByteArray(0, (int) LibC.read(STDIN, buffer, BUFFER_SIZE));
        } catch (LastErrorException e) {
            if (e.getErrorCode() == LibC.EAGAIN || e.getErrorCode() == LibC.EINTR) {
                return new byte[0];
            }
            throw new IOException("read from the terminal: error " + e.getErrorCode(), e);
        }
    }

    /** Takes no more keys; what is typed from now on is the caller's. */
    public synchronized void stopReading() {
        givenBack = true;
    }

    /** Makes the terminal what it was. Does nothing the second time. */
    public void giveBack() {
        stopReading();
        synchronized (HostTerminal.class) {
            if (!saved.valid()) {
                return;
            }
            try {
                LibC.tcsetattr(STDIN, LibC.TCSANOW, saved);
            } catch (LastErrorException e) {
                // It is gone, so there is nothing to make right.
            }
            saved.close();
            nativeCode.close();
            taken = false;
        }
    }

    /** Returns a stream that writes to the terminal itself, not to be closed. For when the JVM's own outputs lead elsewhere. */
    public static OutputStream output() {
        return new DescriptorOutputStream(Descriptor.borrowed(STDIN));
    }
}
