package org.sandbox4j.remote.fleet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.sandbox4j.protocol.DeviceRates;
import org.sandbox4j.protocol.ExecuteRequest;
import org.sandbox4j.protocol.SavedEnvironment;
import org.sandbox4j.protocol.Usages;

class MemoryFleetStoreTest {
    private static final Instant NOW = Instant.parse("2026-11-24T12:00:00Z");
    private static final ExecuteRequest TRUE =
            ExecuteRequest.builder().command("true").build();

    private final FleetStore store = FleetStore.memory(new Retention(Duration.ofHours(1), 3, 3, 10));

    private ServerEntry server(String name) {
        return store.addServer(name, URI.create("http://" + name + "/"), true);
    }

    private static Usages load(long ram) {
        return new Usages(
                new Usages.Cpu(1, 0.5, List.of(1.0, 2.0, 3.0)),
                new Usages.Memory(ram, 0, Map.of()),
                new DeviceRates(Map.of(), Map.of(), Map.of(), Map.of()),
                new Usages.Network(1, 2, 3, 4),
                100_000,
                1);
    }

    private static Response response(String stdout, UUID saved) {
        return new Response(
                0,
                Duration.ofSeconds(1),
                Optional.of(""),
                false,
                Optional.of(new SavedEnvironment(saved, NOW)),
                List.of(new CommandResult("true", 0, stdout, "", false, Duration.ofMillis(5))));
    }

    private Request request(long server, int seconds) {
        return store.addRequest(Request.failed(
                OptionalLong.of(server), Optional.of("alice"), NOW.plusSeconds(seconds), TRUE, "unreachable"));
    }

    @Test
    void addServer_takenNameOrUrl_isRefusedByField() {
        server("a");
        assertThatThrownBy(() -> store.addServer("a", URI.create("http://b/"), true))
                .isInstanceOfSatisfying(
                        InvalidServerException.class, e -> assertThat(e.field()).isEqualTo("name"));
        assertThatThrownBy(() -> store.addServer("b", URI.create("http://a/"), true))
                .isInstanceOfSatisfying(
                        InvalidServerException.class, e -> assertThat(e.field()).isEqualTo("url"));
        assertThat(store.servers()).hasSize(1);
    }

    @Test
    void usages_comeNewestFirstAndBounded() {
        long id = server("a").id();
        for (int second = 0; second < 5; second++) {
            store.addUsage(id, Usage.unreached(NOW.plusSeconds(second)));
        }
        assertThat(store.usages(id, Period.ALL, 2))
                .containsExactly(Usage.unreached(NOW.plusSeconds(4)), Usage.unreached(NOW.plusSeconds(3)));
        assertThat(store.usages(id, Period.ALL, 10)).hasSize(3);
        assertThat(store.usages(id, new Period(NOW, NOW.plusSeconds(3)), 10))
                .containsExactly(Usage.unreached(NOW.plusSeconds(2)));
    }

    @Test
    void usageSummaries_sumUpEachStep() {
        long id = server("a").id();
        store.addUsage(id, Usage.reached(NOW, load(1L << 40)));
        store.addUsage(id, Usage.reached(NOW.plusSeconds(59), load(3L << 40)));
        store.addUsage(id, Usage.disabled(NOW.plusSeconds(60)));
        List<UsageSummary> summaries = store.usageSummaries(id, Period.ALL, Duration.ofMinutes(1));

        assertThat(summaries.get(0)).isEqualTo(new UsageSummary(NOW.plusSeconds(60), 1, 0, Optional.empty()));
        assertThat(summaries.get(1).load().orElseThrow().ramBytes())
                .isEqualTo(new UsageSummary.Spread(2L << 40, 3L << 40));
        assertThat(summaries).hasSize(2);
    }

    @Test
    void addRequest_tooMany_forgetsTheOldestOfThatServer() {
        long a = server("a").id();
        long b = server("b").id();
        Request other = request(b, 0);
        request(a, 1);
        List<Request> newest = List.of(request(a, 4), request(a, 3), request(a, 2));

        assertThat(store.requests(RequestQuery.ALL.to(a), 10)).isEqualTo(newest);
        assertThat(store.requests(RequestQuery.ALL.by("alice"), 10)).hasSize(4);
        assertThat(store.requests(RequestQuery.ALL.by("bob"), 10)).isEmpty();
        assertThat(store.request(other.id())).contains(other);
    }

    @Test
    void addRequest_longOutput_isKeptShortened() {
        UUID saved = UUID.randomUUID();
        long id = server("a").id();
        Request whole = store.addRequest(
                Request.answered(id, Optional.empty(), NOW, TRUE, response("012345678\ud83d\ude00", saved)));

        assertThat(whole.response().orElseThrow().execution().get(0).truncated())
                .isFalse();
        CommandResult kept = store.request(whole.id())
                .flatMap(Request::response)
                .orElseThrow()
                .execution()
                .get(0);
        assertThat(kept.stdout()).isEqualTo("012345678");
        assertThat(kept.truncated()).isTrue();
        assertThat(store.serverOf(saved)).hasValue(id);
        assertThat(store.serverOf(UUID.randomUUID())).isEmpty();
    }

    @Test
    void removeServer_keepsItsRequestsWithoutIt() {
        long id = server("a").id();
        Request request = request(id, 0);
        store.addUsage(id, Usage.disabled(NOW));
        store.removeServer(id);

        assertThat(store.servers()).isEmpty();
        assertThat(store.usages(id, Period.ALL, 10)).isEmpty();
        assertThat(store.request(request.id()).orElseThrow().server()).isEmpty();
        assertThat(server("a").id()).isNotEqualTo(id);
    }

    @Test
    void clean_removesWhatIsTooOld() {
        long id = server("a").id();
        store.addUsage(id, Usage.disabled(NOW));
        store.addUsage(id, Usage.disabled(NOW.plusSeconds(1)));
        request(id, 0);
        Request kept = request(id, 1);
        store.clean(NOW.plusSeconds(3601));

        assertThat(store.usages(id, Period.ALL, 10)).containsExactly(Usage.disabled(NOW.plusSeconds(1)));
        assertThat(store.requests(RequestQuery.ALL, 10)).containsExactly(kept);
    }
}
