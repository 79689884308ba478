package org.sandbox4j.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.sandbox4j.protocol.tree.DeletionList;

class EnvironmentStoreTest {
    private static final Duration LIFETIME = Duration.ofHours(24);
    private static final long QUOTA = 1000;

    @TempDir
    private Path directory;

    private final MovableClock clock = new MovableClock();

    private static final class MovableClock extends Clock {
        private Instant now = Instant.parse("2026-01-01T00:00:00Z");

        @Override
        public ZoneId getZone() {
            return ZoneOffset.UTC;
        }

        @Override
        public Clock withZone(ZoneId zone) {
            return this;
        }

        @Override
        public Instant instant() {
            return now;
        }
    }

    private EnvironmentStore open() throws IOException {
        return EnvironmentStore.open(directory, LIFETIME, QUOTA, clock);
    }

    private static DurableFiles.Content text(String text) {
        return out -> out.write(text.getBytes(StandardCharsets.UTF_8));
    }

    private static String read(EnvironmentStore store, String object) throws IOException {
        try (InputStream in = store.open(object)) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    private String[] files(String place) {
        return directory.resolve(place).toFile().list();
    }

    @Test
    void save_thenOpenAgain_findsIt() throws IOException {
        StoredEnvironment saved = open().save(text("a"));
        EnvironmentStore again = open();
        StoredEnvironment found = again.find(saved.id().toString()).orElseThrow();
        assertThat(found).isEqualTo(saved);
        assertThat(read(again, found.layers().get(0).archive())).isEqualTo("a");
    }

    @Test
    void find_idSpeltOtherwise_findsNothing() throws IOException {
        EnvironmentStore store = open();
        String id = store.save(text("a")).id().toString();
        assertThat(store.find(id.toUpperCase(Locale.ROOT))).isEmpty();
        assertThat(store.find(id.replace("-", ""))).isEmpty();
        assertThat(store.find("../environments/" + id)).isEmpty();
    }

    @Test
    void save_equalContent_isStoredOnceUntilTheLastIsGone() throws IOException {
        EnvironmentStore store = open();
        StoredEnvironment one = store.save(text("same"));
        StoredEnvironment two = store.save(text("same"));
        assertThat(files("objects")).hasSize(1);
        assertThat(store.used()).isEqualTo(4);
        assertThat(store.delete(one.id())).isTrue();
        assertThat(read(store, two.layers().get(0).archive())).isEqualTo("same");
        store.delete(two.id());
        assertThat(files("objects")).isEmpty();
        assertThat(store.used()).isZero();
        assertThat(store.delete(two.id())).isFalse();
    }

    @Test
    void environment_expired_isGone() throws IOException {
        EnvironmentStore store = open();
        String id = store.save(text("a")).id().toString();
        clock.now = clock.now.plus(LIFETIME).minusSeconds(1);
        assertThat(store.find(id)).isPresent();
        clock.now = clock.now.plusSeconds(1);
        assertThat(store.find(id)).isEmpty();
        store.expire();
        assertThat(files("objects")).isEmpty();
        assertThat(files("environments")).isEmpty();
    }

    @Test
    void quota_exceeded_isRefusedWhileItIsWritten_andNothingIsLeft() throws IOException {
        EnvironmentStore store = open();
        store.save(text("x".repeat(600)));
        assertThatThrownBy(() -> store.save(out -> {
                    while (true) {
                        out.write(new byte[100]);
                    }
                }))
                .isInstanceOf(EnvironmentStore.FullException.class);
        assertThat(files("incoming")).isEmpty();
        store.save(text("y".repeat(400)));
    }

    @Test
    void writer_failing_leavesNothing() throws IOException {
        EnvironmentStore store = open();
        assertThatThrownBy(() -> store.save(out -> {
                    out.write(1);
                    throw new IOException("broken");
                }))
                .hasMessage("broken");
        assertThat(files("incoming")).isEmpty();
        assertThat(files("objects")).isEmpty();
        assertThat(store.count()).isZero();
    }

    @Test
    void open_afterACrash_removesWhatIsNotWhole() throws IOException {
        EnvironmentStore store = open();
        StoredEnvironment whole = store.save(text("whole"));
        StoredEnvironment lost = store.save(text("lost"));
        Files.delete(directory.resolve("objects").resolve(lost.layers().get(0).archive()));
        Files.writeString(directory.resolve("objects/orphan"), "orphan");
        Files.writeString(directory.resolve("incoming/half"), "ha");
        Path cut = directory.resolve("environments/0e8d3d1c-2a4f-4a6b-9c3e-5f6a7b8c9d0e");
        Files.writeString(cut, whole.line().substring(0, whole.line().length() - 3));
        EnvironmentStore again = open();
        assertThat(again.list()).containsExactly(whole);
        assertThat(files("environments")).containsExactly(whole.id().toString());
        assertThat(files("objects")).containsExactly(whole.layers().get(0).archive());
        assertThat(files("incoming")).isEmpty();
        assertThat(again.used()).isEqualTo(5);
    }

    @Test
    void layers_areKeptAsLongAsOneNeedsThem() throws IOException {
        EnvironmentStore store = open();
        StoredEnvironment base = store.save(text("base"));
        StoredEnvironment upper =
                store.save(base.layers(), List.of(new NewLayer(text("upper"), List.of("a", "b/c"))), true);
        store.delete(base.id());
        StoredEnvironment found = open().find(upper.id().toString()).orElseThrow();
        assertThat(found.changed()).isTrue();
        assertThat(read(store, found.layers().get(0).archive())).isEqualTo("base");
        assertThat(DeletionList.read(
                        store.open(found.layers().get(1).deletions().orElseThrow())))
                .containsExactly("a", "b/c");
        StoredEnvironment flat = store.flatten(upper, text("flat"));
        assertThat(flat.id()).isEqualTo(upper.id());
        assertThat(files("objects")).hasSize(1);
        assertThatThrownBy(() -> store.save(base.layers(), List.of(), false)).isInstanceOf(NoSuchFileException.class);
    }
}
