package org.sandbox4j.local.run;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;

/** An output of the command that the caller reads. It ends where the run is ended for having written too much. */
final class BudgetedInput extends FilterInputStream {
    private final OutputBudget budget;

    BudgetedInput(InputStream source, OutputBudget budget) {
        super(source);
        this.budget = budget;
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] target, int offset, int length) throws IOException {
        int allowed = budget.take(in.read(target, offset, length));
        return allowed == 0 && length > 0 ? -1 : allowed;
    }

    @Override
    public long skip(long count) throws IOException {
        long skipped = 0;
        while (skipped < count && read() >= 0) {
            skipped++;
        }
        return skipped;
    }

    @Override
    public boolean markSupported() {
        return false;
    }
}
