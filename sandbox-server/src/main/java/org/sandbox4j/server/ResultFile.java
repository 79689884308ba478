package org.sandbox4j.server;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Optional;
import org.sandbox4j.protocol.ExecuteResponse;

/**
 * What became of reading the result file.
 *
 * @param text what is in it
 * @param status what the response's status becomes for want of it
 */
record ResultFile(Optional<String> text, int status) {
    private static final long MOST_JSON_FOR_A_BYTE = 6;

    /**
     * Reads a file of an environment whose processes have all ended. Links are followed as long as they stay inside.
     *
     * @throws Refusal if there is something that cannot be read as a file
     */
    static ResultFile read(Path home, String path, long maxBytes, HeapShare.Part memory) throws IOException {
        if (path.isEmpty() || Environ.hasNul(path) || !Environ.isUnicode(path)) {
            throw Refusal.serverError("the result path cannot be one");
        }
        if (path.startsWith("/")) {
            return failed(ExecuteResponse.NO_RESULT_FILE);
        }
        Path file;
        try {
            file = home.resolve(path).toRealPath();
        } catch (NoSuchFileException e) {
            return failed(ExecuteResponse.NO_RESULT_FILE);
        } catch (FileSystemException e) {
            throw Refusal.serverError("the result file cannot be reached: " + e);
        }
        if (!file.startsWith(home.toRealPath())) {
            return failed(ExecuteResponse.NO_RESULT_FILE);
        }
        if (!Files.isRegularFile(file) || !Files.isReadable(file) || Files.size(file) > maxBytes) {
            throw Refusal.serverError("the result file is no file, cannot be read, or is too large");
        }
        try (InputStream in = Files.newInputStream(file)) {
            memory.takeAll(MOST_JSON_FOR_A_BYTE * Files.size(file));
            return decode(in.readAllBytes());
        }
    }

    private static ResultFile decode(byte[] bytes) {
        try {
            String text = StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes))
                    .toString();
            return new ResultFile(Optional.of(PythonText.universalNewlines(text)), 0);
        } catch (CharacterCodingException e) {
            return failed(ExecuteResponse.RESULT_NOT_TEXT);
        }
    }

    private static ResultFile failed(int status) {
        return new ResultFile(Optional.empty(), status);
    }
}
