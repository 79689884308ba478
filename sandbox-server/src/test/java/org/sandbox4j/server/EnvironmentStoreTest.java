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
        StoredEnvironment saved = open().save(Tenant.EVERYBODY, text("a"));
        EnvironmentStore again = open();
        StoredEnvironment found =
                again.find(Tenant.EVERYBODY, saved.id().toString()).orElseThrow();
        assertThat(found).isEqualTo(saved);
        assertThat(read(again, found.layers().get(0).archive())).isEqualTo("a");
    }

    @Test
    void find_idSpeltOtherwise_findsNothing() throws IOException {
        EnvironmentStore store = open();
        String id = store.save(Tenant.EVERYBODY, text("a")).id().toString();
        assertThat(store.find(Tenant.EVERYBODY, id.toUpperCase(Locale.ROOT))).isEmpty();
        assertThat(store.find(Tenant.EVERYBODY, id.replace("-", ""))).isEmpty();
        assertThat(store.find(Tenant.EVERYBODY, "../environments/" + id)).isEmpty();
    }

    @Test
    void save_equalContent_isStoredOnceUntilTheLastIsGone() throws IOException {
        EnvironmentStore store = open();
        StoredEnvironment one = store.save(Tenant.EVERYBODY, text("same"));
        StoredEnvironment two = store.save(Tenant.EVERYBODY, text("same"));
        assertThat(files("objects")).hasSize(1);
        assertThat(store.used()).isEqualTo(4);
        assertThat(store.delete(Tenant.EVERYBODY, one.id().toString())).isTrue();
        assertThat(read(store, two.layers().get(0).archive())).isEqualTo("same");
        store.delete(Tenant.EVERYBODY, two.id().toString());
        assertThat(files("objects")).isEmpty();
        assertThat(store.used()).isZero();
        assertThat(store.delete(Tenant.EVERYBODY, two.id().toString())).isFalse();
    }

    @Test
    void environment_expired_isGone() throws IOException {
        EnvironmentStore store = open();
        String id = store.save(Tenant.EVERYBODY, text("a")).id().toString();
        clock.now = clock.now.plus(LIFETIME).minusSeconds(1);
        assertThat(store.find(Tenant.EVERYBODY, id)).isPresent();
        clock.now = clock.now.plusSeconds(1);
        assertThat(store.find(Tenant.EVERYBODY, id)).isEmpty();
        store.expire();
        assertThat(files("objects")).isEmpty();
        assertThat(files("environments")).isEmpty();
    }

    @Test
    void quota_exceeded_isRefusedWhileItIsWritten_andNothingIsLeft() throws IOException {
        EnvironmentStore store = open();
        store.save(Tenant.EVERYBODY, text("x".repeat(600)));
        assertThatThrownBy(() -> store.save(Tenant.EVERYBODY, out -> {
                    while (true) {
                        out.write(new byte[100]);
                    }
                }))
                .isInstanceOf(EnvironmentStore.FullException.class);
        assertThat(files("incoming")).isEmpty();
        store.save(Tenant.EVERYBODY, text("y".repeat(400)));
    }

    @Test
    void writer_failing_leavesNothing() throws IOException {
        EnvironmentStore store = open();
        assertThatThrownBy(() -> store.save(Tenant.EVERYBODY, out -> {
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
        StoredEnvironment whole = store.save(Tenant.EVERYBODY, text("whole"));
        StoredEnvironment lost = store.save(Tenant.EVERYBODY, text("lost"));
        Files.delete(directory.resolve("objects").resolve(lost.layers().get(0).archive()));
        Files.writeString(directory.resolve("objects/orphan"), "orphan");
        Files.writeString(directory.resolve("incoming/half"), "ha");
        Path cut = directory.resolve("environments/0e8d3d1c-2a4f-4a6b-9c3e-5f6a7b8c9d0e");
        Files.writeString(cut, whole.line().substring(0, whole.line().length() - 3));
        EnvironmentStore again = open();
        assertThat(again.list(Tenant.EVERYBODY)).containsExactly(whole);
        assertThat(files("environments")).containsExactly(whole.id().toString());
        assertThat(files("objects")).containsExactly(whole.layers().get(0).archive());
        assertThat(files("incoming")).isEmpty();
        assertThat(again.used()).isEqualTo(5);
    }

    @Test
    void layers_areKeptAsLongAsOneNeedsThem() throws IOException {
        EnvironmentStore store = open();
        StoredEnvironment base = store.save(Tenant.EVERYBODY, text("base"));
        StoredEnvironment upper = store.save(
                Tenant.EVERYBODY, base.layers(), List.of(new NewLayer(text("upper"), List.of("a", "b/c"))), true);
        store.delete(Tenant.EVERYBODY, base.id().toString());
        StoredEnvironment found =
                open().find(Tenant.EVERYBODY, upper.id().toString()).orElseThrow();
        assertThat(found.changed()).isTrue();
        assertThat(read(store, found.layers().get(0).archive())).isEqualTo("base");
        assertThat(DeletionList.read(
                        store.open(found.layers().get(1).deletions().orElseThrow())))
                .containsExactly("a", "b/c");
        StoredEnvironment flat = store.flatten(upper, text("flat"));
        assertThat(flat.id()).isEqualTo(upper.id());
        assertThat(files("objects")).hasSize(1);
        assertThatThrownBy(() -> store.save(Tenant.EVERYBODY, base.layers(), List.of(), false))
                .isInstanceOf(NoSuchFileException.class);
    }

    @Test
    void environment_ofManyLayers_isThereAfterARestart() throws IOException {
        EnvironmentStore store = open();
        StoredEnvironment saved = store.save(Tenant.EVERYBODY, text("0"));
        for (int i = 1; i < 16; i++) {
            List<NewLayer> layer = List.of(new NewLayer(text("layer " + i), List.of("path " + i)));
            saved = store.save(Tenant.EVERYBODY, saved.layers(), layer, true);
        }
        assertThat(open().find(Tenant.EVERYBODY, saved.id().toString())).contains(saved);
    }

    @Test
    void environment_isItsOwnersAlone_alsoAfterARestart() throws IOException {
        Tenant owner = Tenant.named("owner");
        EnvironmentStore store = open();
        StoredEnvironment saved = store.save(owner, text("a"));
        String id = saved.id().toString();
        for (EnvironmentStore each : List.of(store, open())) {
            assertThat(each.find(owner, id)).contains(saved);
            assertThat(each.list(owner)).containsExactly(saved);
            for (Tenant other : List.of(Tenant.EVERYBODY, Tenant.named("Owner"), Tenant.ofToken("owner"))) {
                assertThat(each.find(other, id)).isEmpty();
                assertThat(each.list(other)).isEmpty();
                assertThat(each.delete(other, id)).isFalse();
            }
        }
        assertThat(store.delete(owner, id)).isTrue();
    }

    @Test
    void content_ofTwoTenants_isStoredTwice_alsoAsAWhole() throws IOException {
        EnvironmentStore store = open();
        StoredEnvironment one = store.save(Tenant.named("one"), text("a"));
        StoredEnvironment two = store.save(Tenant.named("two"), text("a"));
        assertThat(one.layers()).doesNotContainAnyElementsOf(two.layers());
        assertThat(store.flatten(one, text("b")).layers())
                .doesNotContainAnyElementsOf(store.flatten(two, text("b")).layers());
    }
}
