package org.sandbox4j.local.limits;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalLong;

/** The few things that are done to the files of control groups, so that tests can play the kernel. */
interface GroupFiles {
    void makeDirectory(Path directory) throws IOException;

    void removeDirectory(Path directory) throws IOException;

    /** Returns the names of the directories in a directory. */
    List<String> directories(Path directory) throws IOException;

    boolean exists(Path file);

    boolean isWritable(Path file);

    /** Tells whether whoever manages the host's groups left this one to us, for instance systemd with {@code Delegate=yes}. */
    boolean isDelegated(Path directory);

    String read(Path file) throws IOException;

    void write(Path file, String content) throws IOException;

    /** Reads the number after a word at the beginning of a line, or the only number if the word is empty. */
    default OptionalLong number(Path file, String word) throws IOException {
        String prefix = word.isEmpty() ? "" : word + " ";
        return read(file)
                .lines()
                .filter(line -> line.startsWith(prefix))
                .mapToLong(line -> parse(line.substring(prefix.length()).strip()))
                .findFirst();
    }

    private static long parse(String number) {
        try {
            return Long.parseUnsignedLong(number);
        } catch (NumberFormatException e) {
            return Long.MAX_VALUE;
        }
    }
}
