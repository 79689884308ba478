package org.sandbox4j.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AnswerBookTest {
    private static final long QUOTA = 1000;
    private static final long HEAD = 69;

    @TempDir
    private Path directory;

    private final AtomicInteger runs = new AtomicInteger();

    private EnvironmentStore store() throws IOException {
        return EnvironmentStore.open(directory.resolve("store"), Duration.ofHours(1), QUOTA, Clock.systemUTC());
    }

    private AnswerBook book(EnvironmentStore store, Clock clock) throws IOException {
        return new AnswerBook(directory.resolve("book"), store, clock);
    }

    private Answer answer(AnswerBook book, String key, int length) throws Exception {
        return book.answer(Tenant.EVERYBODY, Optional.of(key), key.getBytes(StandardCharsets.UTF_8), () -> {
            runs.incrementAndGet();
            return Answer.json(new byte[length]);
        });
    }

    private static void fill(EnvironmentStore store, long left) throws IOException {
        store.save(Tenant.EVERYBODY, out -> out.write(new byte[(int) (QUOTA - left)]));
    }

    @Test
    void answer_remembered_isReadFromDiskAndNothingRuns() throws Exception {
        AnswerBook book = book(store(), Clock.systemUTC());
        answer(book, "key", 100);
        Answer again = answer(book, "key", 200);
        assertThat(runs).hasValue(1);
        assertThat(again.status()).isEqualTo(200);
        Answer.Stream stream = (Answer.Stream) again.body();
        assertThat(stream.length()).isEqualTo(100);
        try (InputStream content = stream.content()) {
            assertThat(content.readAllBytes()).isEqualTo(new byte[100]);
        }
    }

    @Test
    void answers_countAgainstTheQuotaOfEnvironments() throws Exception {
        EnvironmentStore store = store();
        answer(book(store, Clock.systemUTC()), "key", 500);
        fill(store, 500 + HEAD);
        assertThatThrownBy(() -> store.save(Tenant.EVERYBODY, out -> out.write(1)))
                .isInstanceOf(EnvironmentStore.FullException.class);
    }

    @Test
    void answers_ofAnEarlierServer_countUntilTheyAreForgotten() throws Exception {
        answer(book(store(), Clock.systemUTC()), "key", 500);
        EnvironmentStore store = store();
        Clock later = Clock.fixed(Instant.now().plus(Duration.ofHours(2)), ZoneOffset.UTC);
        AnswerBook book = book(store, later);
        assertThatThrownBy(() -> fill(store, 500)).isInstanceOf(EnvironmentStore.FullException.class);
        book.expire();
        fill(store, 0);
    }

    @Test
    void request_whoseAnswerCannotBeRemembered_isRefusedBeforeItRuns() throws Exception {
        EnvironmentStore store = store();
        fill(store, HEAD - 1);
        assertThatThrownBy(() -> answer(book(store, Clock.systemUTC()), "key", 1))
                .isInstanceOfSatisfying(
                        Refusal.class,
                        refusal -> assertThat(refusal.answer().status()).isEqualTo(503));
        assertThat(runs).hasValue(0);
    }

    @Test
    void answer_beyondTheQuota_isGivenButNotRemembered() throws Exception {
        EnvironmentStore store = store();
        fill(store, 500);
        AnswerBook book = book(store, Clock.systemUTC());
        assertThat(answer(book, "key", 600).status()).isEqualTo(200);
        assertThatThrownBy(() -> answer(book, "key", 600))
                .isInstanceOfSatisfying(
                        Refusal.class,
                        refusal -> assertThat(refusal.answer().status()).isEqualTo(409));
        assertThat(runs).hasValue(1);
        assertThat(store.reserve(500 - HEAD)).isTrue();
    }
}
