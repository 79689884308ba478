package org.sandbox4j.local.launch;

import java.io.ByteArrayOutputStream;
import java.util.List;

/** Options of an isolation tool, in the form in which it reads them from a descriptor: each ended by a NUL character. */
public final class OptionList {
    private final List<String> options;
    private final ByteArrayOutputStream encoded = new ByteArrayOutputStream();

    /** Takes options without NUL characters. */
    public OptionList(List<String> options) {
        this.options = List.copyOf(options);
        for (String option : options) {
            encoded.writeBytes(option.getBytes(HostCharset.forPaths()));
            encoded.write(0);
        }
    }

    /** Returns the options. */
    public List<String> options() {
        return options;
    }

    /** Returns what is to be read from the descriptor. */
    public byte[] encoded() {
        return encoded.toByteArray();
    }
}
