package org.sandbox4j.testkit;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;

/** The far side of a terminal: types, and reads what is shown. */
final class TerminalScreen {
    static final String INTERRUPT = "\003";
    static final String SUSPEND = "\032";

    private final OutputStream keys;
    private final ByteArrayOutputStream shown = new ByteArrayOutputStream();
    private int seen;

    TerminalScreen(OutputStream keys, InputStream output) {
        this.keys = keys;
        Thread reader = new Thread(() -> read(output), "terminal screen");
        reader.setDaemon(true);
        reader.start();
    }

    private void read(InputStream output) {
        byte[] chunk = new byte[8192];
        try {
            for (int count = output.read(chunk); count >= 0; count = output.read(chunk)) {
                synchronized (shown) {
                    shown.write(chunk, 0, count);
                }
            }
        } catch (IOException e) {
            // The other side has closed, which ends what is shown as well.
        }
    }

    void type(String text) {
        type(text.getBytes(StandardCharsets.UTF_8));
    }

    void type(byte[] bytes) {
        try {
            keys.write(bytes);
            keys.flush();
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot type; shown so far: " + text(), e);
        }
    }

    /** Types the end of the input. */
    void endInput() {
        try {
            keys.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Waits, with a deadline, until a text is shown after what was waited for before. */
    void await(String text) {
        Await.until(
                () -> "'" + text + "' on a terminal that shows, after what was expected: " + text().substring(seen),
                () -> text().indexOf(text, seen) >= 0);
        seen = text().indexOf(text, seen) + text.length();
    }

    /** Returns everything that was shown, one character a byte. */
    String text() {
        synchronized (shown) {
            return shown.toString(StandardCharsets.ISO_8859_1);
        }
    }
}
