package org.sandbox4j.server;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import org.sandbox4j.spi.files.PrivateDirectory;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Answers a request that is sent again, under the same key, as it was answered before, without running anything again. What was
 * begun is noted on disk before, so that after a crash a request that may have run is not run again either. What is on disk counts
 * against the quota of environments. Thread-safe.
 */
final class AnswerBook {
    private static final Logger LOG = LoggerFactory.getLogger(AnswerBook.class);

    /** How long answers are remembered. */
    static final Duration REMEMBERED = Duration.ofHours(1);

    private static final int MAX_KEY_LENGTH = 255;
    /** A space, three digits and a line feed. */
    private static final int STATUS_LENGTH = 5;

    private static final byte[] BEGUN = {};

    private final Path directory;
    private final DurableFiles files;
    private final EnvironmentStore space;
    private final Clock clock;
    // Guarded by this.
    private final Map<String, CompletableFuture<Answer>> running = new HashMap<>();

    AnswerBook(Path directory, EnvironmentStore space, Clock clock) throws IOException {
        this.directory = PrivateDirectory.make(directory.resolve("answers"));
        files = new DurableFiles(directory.resolve("incoming"));
        this.space = space;
        this.clock = clock;
        try (DirectoryStream<Path> answers = Files.newDirectoryStream(this.directory)) {
            for (Path answer : answers) {
                space.reserveAnyway(Files.size(answer));
            }
        }
    }

    /** Makes an answer. */
    interface Work {
        Answer answer() throws Exception;
    }

    /**
     * Answers once.
     *
     * @param tenant whose request it is; others may use the same key
     * @param key what the client calls its request; without one nothing is remembered
     * @param request what the key stands for
     */
    Answer answer(Tenant tenant, Optional<String> key, byte[] request, Work work) throws Exception {
        return key.isEmpty()
                ? work.answer()
                : answer(digest(tenant, checked(key.get())), digest(tenant, request), work);
    }

    private static byte[] checked(String key) {
        if (key.isEmpty() || key.length() > MAX_KEY_LENGTH) {
            throw Refusal.badRequest("An Idempotency-Key has 1 to " + MAX_KEY_LENGTH + " characters.");
        }
        return key.getBytes(StandardCharsets.UTF_8);
    }

    private Answer answer(String key, String request, Work work) throws Exception {
        CompletableFuture<Answer> mine = new CompletableFuture<>();
        CompletableFuture<Answer> first;
        synchronized (this) {
            first = running.get(key);
            if (first == null) {
                Optional<Answer> known = known(key, request);
                if (known.isPresent()) {
                    return known.get();
                }
                if (!write(key, request, 0, BEGUN)) {
                    throw Refusal.line(
                            503,
                            "There is no room to remember an answer under an Idempotency-Key. Delete environments, or"
                                    + " come back when some have expired. Nothing has run.");
                }
                running.put(key, mine);
            }
        }
        return first == null ? run(key, request, work, mine) : join(first);
    }

    private Answer run(String key, String request, Work work, CompletableFuture<Answer> mine) throws Exception {
        try {
            Answer answer = work.answer();
            if (answer.body() instanceof Answer.Bytes bytes) {
                if (!write(key, request, answer.status(), bytes.content)) {
                    LOG.warn(
                            "an answer is not remembered: the quota does not leave its {} bytes", bytes.content.length);
                }
            }
            mine.complete(answer);
            return answer;
        } catch (Refusal e) {
            // Nothing ran, unless it is the server's own error.
            if (e.answer().status() < 500 || e.answer().status() == 503) {
                forget(directory.resolve(key));
            }
            mine.completeExceptionally(e);
            throw e;
        } catch (Exception e) {
            mine.completeExceptionally(Refusal.serverError(e.toString()));
            throw e;
        } finally {
            synchronized (this) {
                running.remove(key);
            }
        }
    }

    private static Answer join(CompletableFuture<Answer> first) throws InterruptedException {
        try {
            return first.get();
        } catch (ExecutionException e) {
            throw e.getCause() instanceof Refusal refusal ? refusal : Refusal.serverError(e.toString());
        }
    }

    private Optional<Answer> known(String key, String request) throws IOException {
        InputStream content;
        long length;
        try {
            content = Files.newInputStream(directory.resolve(key));
            length = Files.size(directory.resolve(key));
        } catch (NoSuchFileException e) {
            return Optional.empty();
        }
        boolean handedOver = false;
        try {
            int end = request.length() + STATUS_LENGTH;
            String[] head = new String(content.readNBytes(end), StandardCharsets.ISO_8859_1).split("[ \n]", -1);
            if (!head[0].equals(request)) {
                throw Refusal.line(422, "This Idempotency-Key was used for another request.");
            }
            int status = Integer.parseInt(head[1]);
            if (status == 0) {
                throw Refusal.line(
                        409, "A request with this Idempotency-Key was begun, and may have run; its outcome is lost.");
            }
            handedOver = true;
            return Optional.of(Answer.stream(status, "application/json", content, length - end));
        } finally {
            if (!handedOver) {
                content.close();
            }
        }
    }

    /** Tells whether there was space for it. If not, what was written before stays. */
    private boolean write(String key, String request, int status, byte[] body) throws IOException {
        byte[] head = "%s %03d\n".formatted(request, status).getBytes(StandardCharsets.ISO_8859_1);
        long size = (long) head.length + body.length;
        if (!space.reserve(size)) {
            return false;
        }
        boolean placed = false;
        try {
            Path written = files.write(out -> {
                out.write(head);
                out.write(body);
            });
            long before = size(directory.resolve(key));
            DurableFiles.place(written, directory.resolve(key));
            placed = true;
            space.release(before);
        } finally {
            if (!placed) {
                space.release(size);
            }
        }
        return true;
    }

    private static long size(Path answer) throws IOException {
        try {
            return Files.size(answer);
        } catch (NoSuchFileException e) {
            return 0;
        }
    }

    private void forget(Path answer) throws IOException {
        long size = size(answer);
        if (Files.deleteIfExists(answer)) {
            space.release(size);
        }
    }

    /** Forgets answers that are too old. */
    void expire() throws IOException {
        long limit = clock.millis() - REMEMBERED.toMillis();
        try (DirectoryStream<Path> answers = Files.newDirectoryStream(directory)) {
            for (Path answer : answers) {
                if (Files.getLastModifiedTime(answer).toMillis() < limit) {
                    forget(answer);
                }
            }
        }
    }

    private static String digest(Tenant tenant, byte[] bytes) {
        return HexFormat.of().formatHex(tenant.digest().digest(bytes));
    }
}
