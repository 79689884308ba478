package org.sandbox4j.local.launch;

import java.nio.ByteBuffer;
import org.sandbox4j.TerminalSize;

/** What a new terminal of a sandbox is like: its size, where it is known, and its modes, where they are not the kernel's. */
public final class TerminalSettings {
    /** The kernel's struct termios, which the C library's begins with. */
    static final int MODES_SIZE = 36;

    /** Two shorts, and the modes. */
    static final int SIZE = 4 + MODES_SIZE;

    private final int columns;
    private final int rows;
    private final byte[] modes;

    TerminalSettings(int columns, int rows, byte[] modes) {
        this.columns = columns;
        this.rows = rows;
        this.modes = modes.clone();
    }

    /** Returns settings of this size, with the usual modes. */
    public static TerminalSettings of(TerminalSize size) {
        return new TerminalSettings(size.columns(), size.rows(), new byte[MODES_SIZE]);
    }

    void encode(ByteBuffer payload) {
        payload.putShort((short) columns).putShort((short) rows).put(modes);
    }
}
