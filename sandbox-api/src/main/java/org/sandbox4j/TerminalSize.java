package org.sandbox4j;

/**
 * The size of a terminal in characters.
 *
 * @param columns its width, 1 to 65535
 * @param rows its height, 1 to 65535
 */
public record TerminalSize(int columns, int rows) {
    private static final int LARGEST = 0xffff;

    /**
     * Checks the values.
     *
     * @throws IllegalArgumentException if one is not positive, or is larger than a terminal can be
     */
    public TerminalSize {
        if (columns < 1 || rows < 1 || columns > LARGEST || rows > LARGEST) {
            throw new IllegalArgumentException(
                    "A terminal has 1 to " + LARGEST + " columns and rows, not " + columns + " and " + rows + ".");
        }
    }
}
