package org.sandbox4j.remote.fleet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.sandbox4j.protocol.DeviceRates;
import org.sandbox4j.protocol.ExecuteRequest;
import org.sandbox4j.protocol.Libraries;
import org.sandbox4j.protocol.SavedEnvironment;
import org.sandbox4j.protocol.ShellCommand;
import org.sandbox4j.protocol.Specifications;
import org.sandbox4j.protocol.Usages;

/** What every store has to do. */
public abstract class FleetStoreContract {
    /** A round hour. */
    protected static final Instant NOW = Instant.parse("2026-11-24T12:00:00Z");

    /** One hour, and three of each. */
    protected static final Retention RETENTION = new Retention(Duration.ofHours(1), 3, 3, 10);

    private static final Retention MUCH = new Retention(Duration.ofDays(400), 10_000, 10_000, 8 << 20);
    private static final long NO_SERVER = Long.MAX_VALUE;
    private static final long WIDE = Long.MAX_VALUE - 1;

    /** Texts that databases and encodings stumble over. */
    private static final String ODD_TEXT =
            "NUL \0, half a pair \ud83d, another \ude00 \ud83d\ude00, \u00e4\n\r\t' \"\\ \u007f\uffff";

    /** Halves of pairs in JSON of servers are refused. */
    private static final String ODD_NAME = "NUL \0 \ud83d\ude00, \u00e4\n\r\t' \"\\ \u007f\uffff";

    /** Opens an empty store. Whoever implements it closes it after the test. */
    protected abstract FleetStore open(Retention retention);

    /** The normalised address of a host. */
    protected static URI url(String host) {
        return URI.create("http://" + host + "/");
    }

    private static long server(FleetStore store, String name) {
        return store.addServer(name, url(name), true).id();
    }

    private static Usages load(long ram, double cpu) {
        return new Usages(
                new Usages.Cpu(1, cpu, List.of(1.0, 2.0, 3.0)),
                new Usages.Memory(ram, 2 * ram, Map.of()),
                new DeviceRates(Map.of(), Map.of(), Map.of(), Map.of()),
                new Usages.Network(1, 2, 3, 4),
                100_000,
                1);
    }

    private static <T> Map<String, T> ordered(String first, T value, String second, T other) {
        Map<String, T> map = new LinkedHashMap<>();
        map.put(first, value);
        map.put(second, other);
        return map;
    }

    private static DeviceRates rates(long more) {
        return new DeviceRates(
                ordered("/dev/z", WIDE, "/dev/a", more),
                Map.of("read", more + 1),
                Map.of(ODD_NAME, more + 2),
                Map.of("write", more + 3));
    }

    @Test
    void servers_areKeptAsTheyAre_byNumber() {
        FleetStore store = open(MUCH);
        String longName = "\ud83d\ude00".repeat(128);
        URI longUrl = URI.create("https://host/" + "x7-".repeat(678) + "/");
        ServerEntry second = store.addServer("b", url("b"), false);
        ServerEntry first = store.addServer(longName, longUrl, true);

        assertThat(first).isEqualTo(new ServerEntry(first.id(), longName, longUrl, true));
        assertThat(longUrl.toString()).hasSize(2048);
        assertThat(store.servers()).containsExactly(second, first);
        ServerEntry changed = new ServerEntry(second.id(), "c", url("d"), true);
        store.updateServer(changed);
        assertThat(store.servers()).containsExactly(changed, first);
    }

    @Test
    void takenNameOrUrl_isRefusedByField_andNothingChanges() {
        FleetStore store = open(MUCH);
        ServerEntry a = store.addServer("a", url("a"), true);
        ServerEntry b = store.addServer("b", url("b"), true);
        refuses("name", () -> store.addServer("a", url("c"), true));
        refuses("url", () -> store.addServer("c", url("a"), true));
        refuses("name", () -> store.updateServer(new ServerEntry(b.id(), "a", url("b"), false)));
        refuses("url", () -> store.updateServer(new ServerEntry(b.id(), "b", url("a"), false)));

        assertThat(store.servers()).containsExactly(a, b);
        store.updateServer(new ServerEntry(b.id(), "B", url("b"), false));
        assertThat(store.addServer("b", url("c"), true).id()).isGreaterThan(b.id());
    }

    private static void refuses(String field, Runnable change) {
        assertThatThrownBy(change::run)
                .isInstanceOfSatisfying(
                        InvalidServerException.class, e -> assertThat(e.field()).isEqualTo(field));
    }

    @Test
    void sameName_addedByManyAtOnce_isAddedOnce() throws Exception {
        FleetStore store = open(MUCH);
        List<String> outcomes = together(6, number -> {
            try {
                return Long.toString(
                        store.addServer("a", url("host" + number), true).id());
            } catch (InvalidServerException e) {
                return e.field();
            }
        });
        assertThat(store.servers()).hasSize(1);
        String id = Long.toString(store.servers().get(0).id());
        assertThat(outcomes).containsOnlyOnce(id).containsOnly(id, "name");
    }

    /** What one of several threads does. */
    private interface Part<T> {
        T call(int number) throws Exception;
    }

    private static <T> List<T> together(int threads, Part<T> part) throws InterruptedException, ExecutionException {
        ExecutorService executor = Executors.newFixedThreadPool(threads);
        try {
            CyclicBarrier start = new CyclicBarrier(threads);
            List<Callable<T>> parts = new ArrayList<>();
            for (int i = 0; i < threads; i++) {
                int number = i;
                parts.add(() -> {
                    start.await(1, TimeUnit.MINUTES);
                    return part.call(number);
                });
            }
            List<T> results = new ArrayList<>();
            for (Future<T> result : executor.invokeAll(parts)) {
                results.add(result.get());
            }
            return results;
        } finally {
            executor.shutdownNow();
        }
    }

    @Test
    void unknownServer_hasNothingAndChangesNothing() {
        FleetStore store = open(MUCH);
        store.updateServer(new ServerEntry(NO_SERVER, "a", url("a"), true));
        store.removeServer(NO_SERVER);
        store.saveSpecs(NO_SERVER, SandboxSpecs.UNKNOWN.failed(NOW), ContainerSpecs.UNKNOWN.failed(NOW));
        store.addUsage(NO_SERVER, Usage.unreached(NOW));

        assertThat(store.servers()).isEmpty();
        assertThat(store.sandboxSpecs(NO_SERVER)).isEqualTo(SandboxSpecs.UNKNOWN);
        assertThat(store.containerSpecs(NO_SERVER)).isEqualTo(ContainerSpecs.UNKNOWN);
        assertThat(store.usages(NO_SERVER, Period.ALL, 10)).isEmpty();
        assertThat(store.usageSummaries(NO_SERVER, Period.ALL, Duration.ofHours(1)))
                .isEmpty();
        assertThat(store.requests(RequestQuery.ALL.to(NO_SERVER), 10)).isEmpty();
        assertThat(store.request(NO_SERVER)).isEmpty();
        assertThat(store.serverOf(UUID.randomUUID())).isEmpty();
    }

    @Test
    void request_toUnknownServer_isKeptWithoutIt() {
        FleetStore store = open(MUCH);
        Request kept = store.addRequest(Requests.failed(NO_SERVER, "alice", NOW));
        assertThat(kept.server()).isEmpty();
        assertThat(kept.id()).isPositive();
        assertThat(store.requests(RequestQuery.ALL, 10))
                .usingRecursiveFieldByFieldElementComparator()
                .containsExactly(kept);
    }

    @Test
    void specs_haveEveryField_andAreReplaced() {
        FleetStore store = open(MUCH);
        long id = server(store, "a");
        long other = server(store, "b");
        assertThat(store.sandboxSpecs(id)).isEqualTo(SandboxSpecs.UNKNOWN);
        assertThat(store.containerSpecs(id)).isEqualTo(ContainerSpecs.UNKNOWN);

        Specifications.Host host = new Specifications.Host(
                new Specifications.HostCpu(OptionalInt.of(100_000), OptionalInt.empty(), 0.1, 4.2e9),
                new Specifications.HostMemory(WIDE, 0, ordered("/dev/sdz", WIDE, "/dev/sda", 0L)),
                ODD_NAME,
                "v".repeat(100));
        Specifications.Container limits = new Specifications.Container(
                70_000,
                new Specifications.ContainerCpu(
                        40_000, OptionalLong.of(100_000), OptionalLong.of(WIDE), OptionalLong.of(0)),
                new Specifications.ContainerMemory(OptionalLong.of(WIDE), OptionalLong.empty(), OptionalLong.of(7)),
                rates(100_000),
                OptionalLong.of(4_194_304),
                "d".repeat(200));
        Libraries libraries = new Libraries(
                ordered("system", Map.of("libc\0", "?"), "python", Map.of()),
                List.of("p".repeat(1000), "awk", "[", ODD_NAME));
        SandboxSpecs sandbox = new SandboxSpecs(
                Optional.of(NOW), Optional.of(NOW.plusNanos(1_999)), Optional.of(host), Set.of("root", "more"));
        ContainerSpecs container = new ContainerSpecs(
                Optional.of(NOW.plusSeconds(1)), Optional.empty(), Optional.of(limits), Optional.of(libraries));
        store.saveSpecs(id, sandbox, container);

        assertThat(store.sandboxSpecs(id))
                .isEqualTo(new SandboxSpecs(
                        Optional.of(NOW),
                        Optional.of(NOW.plusNanos(1_000)),
                        Optional.of(host),
                        Set.of("root", "more")));
        assertThat(store.containerSpecs(id)).isEqualTo(container);
        assertThat(store.containerSpecs(id)
                        .libraries()
                        .orElseThrow()
                        .libraries()
                        .keySet())
                .containsExactly("system", "python");
        assertThat(store.sandboxSpecs(other)).isEqualTo(SandboxSpecs.UNKNOWN);

        store.saveSpecs(id, SandboxSpecs.UNKNOWN.failed(NOW), ContainerSpecs.UNKNOWN.failed(NOW));
        assertThat(store.sandboxSpecs(id)).isEqualTo(SandboxSpecs.UNKNOWN.failed(NOW));
        assertThat(store.containerSpecs(id)).isEqualTo(ContainerSpecs.UNKNOWN.failed(NOW));
    }

    @Test
    void usage_hasEveryField() {
        FleetStore store = open(MUCH);
        long id = server(store, "a");
        Usages load = new Usages(
                new Usages.Cpu(3_141.59, 0.1 + 0.2, List.of(0.0, 1.0 / 3, 1e9)),
                new Usages.Memory(WIDE, WIDE - 1, ordered("/dev/b", WIDE, ODD_NAME, -1L)),
                rates(1L << 40),
                new Usages.Network(WIDE - 2, WIDE - 3, WIDE - 4, WIDE - 5),
                Integer.MAX_VALUE,
                100_000);
        store.addUsage(id, Usage.reached(NOW.plusNanos(1_999), load));
        store.addUsage(id, Usage.unreached(NOW.plusSeconds(1)));
        store.addUsage(id, Usage.disabled(NOW.plusSeconds(2)));

        List<Usage> usages = store.usages(id, Period.ALL, 10);
        assertThat(usages)
                .containsExactly(
                        Usage.disabled(NOW.plusSeconds(2)),
                        Usage.unreached(NOW.plusSeconds(1)),
                        Usage.reached(NOW.plusNanos(1_000), load));
        assertThat(usages.get(2).load().orElseThrow().memory().storageBytes().keySet())
                .containsExactly("/dev/b", ODD_NAME);
    }

    @Test
    void usages_comeNewestFirst_ofOneServerAndPeriod() {
        FleetStore store = open(MUCH);
        long id = server(store, "a");
        long other = server(store, "b");
        store.addUsage(other, Usage.disabled(NOW.plusSeconds(9)));
        for (int second : new int[] {1, 0, 3, 2}) {
            store.addUsage(id, Usage.unreached(NOW.plusSeconds(second)));
        }
        store.addUsage(id, Usage.disabled(NOW.plusSeconds(2)));

        assertThat(store.usages(id, Period.ALL, 3))
                .containsExactly(
                        Usage.unreached(NOW.plusSeconds(3)),
                        Usage.disabled(NOW.plusSeconds(2)),
                        Usage.unreached(NOW.plusSeconds(2)));
        assertThat(store.usages(id, new Period(NOW, NOW.plusSeconds(2)), 10))
                .containsExactly(Usage.unreached(NOW.plusSeconds(1)), Usage.unreached(NOW));
        assertThat(store.usages(
                        id, new Period(NOW.plusNanos(1), NOW.plusSeconds(1).plusNanos(1)), 10))
                .containsExactly(Usage.unreached(NOW.plusSeconds(1)));
        assertThat(store.usages(id, new Period(Instant.MIN, Instant.MAX), 10)).hasSize(5);
    }

    @Test
    void usageSummaries_sumUpEachStep() {
        FleetStore store = open(MUCH);
        long id = server(store, "a");
        store.addUsage(server(store, "b"), Usage.reached(NOW, load(1L << 50, 1)));
        store.addUsage(id, Usage.reached(NOW.plusSeconds(59), load(3L << 40, 0.25)));
        store.addUsage(id, Usage.reached(NOW, load(1L << 40, 0.5)));
        store.addUsage(id, Usage.unreached(NOW.plusSeconds(30)));
        store.addUsage(id, Usage.disabled(NOW.plusSeconds(60)));
        List<UsageSummary> summaries = store.usageSummaries(id, Period.ALL, Duration.ofMinutes(1));

        assertThat(summaries.get(0)).isEqualTo(new UsageSummary(NOW.plusSeconds(60), 1, 0, Optional.empty()));
        assertThat(summaries.get(1))
                .isEqualTo(new UsageSummary(
                        NOW,
                        3,
                        2,
                        Optional.of(new UsageSummary.Load(
                                new UsageSummary.Spread(0.375, 0.5),
                                new UsageSummary.Spread(2L << 40, 3L << 40),
                                new UsageSummary.Spread(4L << 40, 6L << 40),
                                new UsageSummary.Spread(100_000, 100_000),
                                new UsageSummary.Spread(1, 1),
                                new UsageSummary.Spread(1, 1),
                                new UsageSummary.Spread(2, 2)))));
        assertThat(summaries).hasSize(2);
    }

    /** Stores may have sums of hours. */
    @Test
    void usageSummaries_ofAnyStepAndPeriod_areThoseOfTheUsages() {
        FleetStore store = open(MUCH);
        long id = server(store, "a");
        Instant start = NOW.minus(Duration.ofHours(5)).minusSeconds(700);
        for (int i = 0; i < 120; i++) {
            Instant date = start.plusSeconds(i * 211L % (7 * 3600));
            store.addUsage(id, i % 7 == 0 ? Usage.unreached(date) : Usage.reached(date, load(i * 1000L, i / 120.0)));
        }
        List<Period> periods = List.of(
                Period.ALL,
                new Period(NOW.minus(Duration.ofHours(3)), NOW),
                new Period(NOW.minusSeconds(9000), NOW.plusSeconds(100)),
                new Period(NOW.plusSeconds(100), NOW.plusSeconds(200)),
                new Period(NOW.plusSeconds(300), NOW.plusSeconds(3700)),
                new Period(NOW, NOW));
        for (Period period : periods) {
            for (Duration step : List.of(
                    Duration.ofMinutes(10),
                    Duration.ofHours(1),
                    Duration.ofMinutes(90),
                    Duration.ofHours(3),
                    Duration.ofDays(9))) {
                assertAlmostEqual(
                        store.usageSummaries(id, period, step), UsageSummary.of(store.usages(id, period, 1000), step));
            }
        }
        assertThatThrownBy(() -> store.usageSummaries(id, Period.ALL, Duration.ofNanos(999_999)))
                .isInstanceOf(IllegalArgumentException.class);
    }

    private static void assertAlmostEqual(List<UsageSummary> summaries, List<UsageSummary> expected) {
        assertThat(summaries).hasSameSizeAs(expected);
        for (int i = 0; i < expected.size(); i++) {
            UsageSummary summary = summaries.get(i);
            UsageSummary other = expected.get(i);
            assertThat(summary.start()).isEqualTo(other.start());
            assertThat(summary.polls()).isEqualTo(other.polls());
            assertThat(summary.reached()).isEqualTo(other.reached());
            assertThat(summary.load().isPresent()).isEqualTo(other.load().isPresent());
            summary.load().ifPresent(load -> {
                UsageSummary.Load otherLoad = other.load().orElseThrow();
                assertThat(load.cpu().mean()).isCloseTo(otherLoad.cpu().mean(), within(1e-9));
                assertThat(load.cpu().max()).isEqualTo(otherLoad.cpu().max());
                assertThat(load.ramBytes().mean())
                        .isCloseTo(otherLoad.ramBytes().mean(), within(1e-3));
                assertThat(load.ramBytes().max()).isEqualTo(otherLoad.ramBytes().max());
            });
        }
    }

    @Test
    void request_withAnswer_hasEveryField() {
        FleetStore store = open(MUCH);
        long id = server(store, "a");
        UUID environment = UUID.randomUUID();
        ExecuteRequest config = ExecuteRequest.builder()
                .command(new ShellCommand("-leading hyphen \ud83d\ude00", Optional.of(Duration.ofNanos(1)), true))
                .command(ShellCommand.of(" leading space").withTimeout(Duration.ofDays(40)))
                .command("x".repeat(100_000))
                .environ("B", "secret\n")
                .environ("A", "")
                .resultPath("a/result")
                .environment(environment)
                .save(true)
                .build();
        List<CommandResult> results = new ArrayList<>(List.of(
                new CommandResult(ODD_TEXT, 255, ODD_TEXT.repeat(100), ODD_TEXT, false, Duration.ofNanos(1)),
                new CommandResult("", -2, "\0", "", true, Duration.ofDays(100))));
        IntStream.range(0, 200).mapToObj(i -> Requests.result(i, "\u00e9" + i)).forEach(results::add);
        Response response = new Response(
                -1_000_000,
                Duration.ofNanos(1_234_567_891),
                Optional.of(ODD_TEXT),
                false,
                Optional.of(new SavedEnvironment(UUID.randomUUID(), NOW.plusNanos(1_999))),
                results);
        Request given = new Request(
                77,
                OptionalLong.of(id),
                Optional.of("u".repeat(256)),
                NOW.plusNanos(1_999),
                config,
                true,
                "",
                Optional.of(response));
        Request returned = store.addRequest(given);
        Request found = store.request(returned.id()).orElseThrow();

        assertThat(found).usingRecursiveComparison().isEqualTo(returned);
        assertThat(found.date()).isEqualTo(NOW.plusNanos(1_000));
        assertThat(found.config()).usingRecursiveComparison().isEqualTo(config);
        assertThat(found.config().environ().keySet()).containsExactly("B", "A");
        assertThat(found.response().orElseThrow())
                .isEqualTo(new Response(
                        response.status(),
                        response.totalTime(),
                        response.result(),
                        false,
                        response.environment().map(saved -> new SavedEnvironment(saved.id(), NOW.plusNanos(1_000))),
                        results));
        assertThat(found)
                .usingRecursiveComparison()
                .ignoringFields("id", "date", "response")
                .isEqualTo(given);
    }

    @Test
    void request_withoutAnswer_hasEveryField() {
        FleetStore store = open(MUCH);
        long id = server(store, "a");
        Request given = new Request(
                0,
                OptionalLong.of(id),
                Optional.empty(),
                NOW,
                ExecuteRequest.builder().command("true").build(),
                false,
                ODD_TEXT,
                Optional.empty());
        Request returned = store.addRequest(given);
        assertThat(store.request(returned.id()))
                .get()
                .usingRecursiveComparison()
                .isEqualTo(given.withId(returned.id()));
    }

    @Test
    void result_thatIsEmpty_differsFromNone() {
        FleetStore store = open(MUCH);
        long id = server(store, "a");
        for (Optional<String> result : List.of(Optional.<String>empty(), Optional.of(""))) {
            Response response = new Response(3, Duration.ZERO, result, false, Optional.empty(), List.of());
            long request =
                    store.addRequest(Requests.answered(id, NOW, response)).id();
            assertThat(store.request(request).flatMap(Request::response)).contains(response);
        }
    }

    @Test
    void output_ofMegabytes_isKeptWhole() {
        FleetStore store = open(MUCH);
        long id = server(store, "a");
        String output = "0123456789\0\u00e4".repeat(5 << 20 >> 3);
        Response response = Requests.response(output);
        long request = store.addRequest(Requests.answered(id, NOW, response)).id();
        Response found = store.request(request).flatMap(Request::response).orElseThrow();
        assertThat(found.execution().get(0).stdout().equals(output)).isTrue();
        assertThat(found.execution().get(0).truncated()).isFalse();
    }

    @Test
    void text_thatIsTooLong_isKeptShortenedAndMarked() {
        FleetStore store = open(RETENTION);
        long id = server(store, "a");
        Response response = new Response(
                0,
                Duration.ZERO,
                Optional.of("12345678901"),
                false,
                Optional.empty(),
                List.of(Requests.result(0, "012345678\ud83d\ude00"), Requests.result(1, "0123456789")));
        Request whole = store.addRequest(Requests.answered(id, NOW, response));

        assertThat(whole.response()).contains(response);
        Response kept = store.request(whole.id()).flatMap(Request::response).orElseThrow();
        assertThat(kept.result()).contains("1234567890");
        assertThat(kept.resultTruncated()).isTrue();
        assertThat(kept.execution().get(0).stdout()).isEqualTo("012345678");
        assertThat(kept.execution().get(0).truncated()).isTrue();
        assertThat(kept.execution().get(1)).isEqualTo(Requests.result(1, "0123456789"));
    }

    @Test
    void requests_comeNewestFirst_byServerUserAndPeriod() {
        FleetStore store = open(MUCH);
        long a = server(store, "a");
        long b = server(store, "b");
        Request late = store.addRequest(Requests.failed(a, "alice", NOW.plusSeconds(3)));
        Request early = store.addRequest(Requests.failed(a, "bob", NOW));
        Request first = store.addRequest(Requests.failed(b, "alice", NOW.plusSeconds(1)));
        Request second = store.addRequest(Requests.answered(b, NOW.plusSeconds(1), Requests.response("out")));

        assertThat(ids(store, RequestQuery.ALL, 10)).containsExactly(late.id(), second.id(), first.id(), early.id());
        assertThat(ids(store, RequestQuery.ALL, 2)).containsExactly(late.id(), second.id());
        assertThat(ids(store, RequestQuery.ALL.to(b), 10)).containsExactly(second.id(), first.id());
        assertThat(ids(store, RequestQuery.ALL.by("alice"), 10)).containsExactly(late.id(), first.id());
        assertThat(ids(store, RequestQuery.ALL.by("alice").to(a), 10)).containsExactly(late.id());
        assertThat(ids(store, RequestQuery.ALL.by("carol"), 10)).isEmpty();
        assertThat(ids(store, RequestQuery.ALL.in(new Period(NOW, NOW.plusSeconds(1))), 10))
                .containsExactly(early.id());
        assertThat(store.requests(RequestQuery.ALL.to(b), 1))
                .usingRecursiveFieldByFieldElementComparator()
                .containsExactly(second);
    }

    private static Stream<Long> ids(FleetStore store, RequestQuery query, int limit) {
        return store.requests(query, limit).stream().map(Request::id);
    }

    @Test
    void requestsAndUsages_addedByManyAtOnce_areAllThere() throws Exception {
        FleetStore store = open(MUCH);
        long id = server(store, "a");
        List<List<Long>> added = together(4, number -> {
            List<Long> ids = new ArrayList<>();
            for (int i = 0; i < 10; i++) {
                store.addUsage(id, Usage.reached(NOW, load(number * 100L + i, 0)));
                ids.add(store.addRequest(Requests.answered(id, NOW, Requests.response(number + " " + i)))
                        .id());
            }
            return ids;
        });
        assertThat(store.requests(RequestQuery.ALL, 100).stream().map(Request::id))
                .containsExactlyInAnyOrderElementsOf(
                        added.stream().flatMap(List::stream).toList());
        assertThat(store.usages(id, Period.ALL, 100).stream().distinct()).hasSize(40);
        UsageSummary hour =
                store.usageSummaries(id, Period.ALL, Duration.ofHours(1)).get(0);
        assertThat(hour.polls()).isEqualTo(40);
        assertThat(hour.reached()).isEqualTo(40);
        assertThat(hour.load().orElseThrow().ramBytes().max()).isEqualTo(309);
    }

    @Test
    void savedEnvironment_leadsToTheServerOfItsNewestResponse() {
        FleetStore store = open(MUCH);
        long a = server(store, "a");
        long b = server(store, "b");
        UUID saved = UUID.randomUUID();
        store.addRequest(Requests.answered(a, NOW, Requests.response(saved, NOW)));
        store.addRequest(Requests.answered(a, NOW, Requests.response(UUID.randomUUID(), NOW)));
        assertThat(store.serverOf(saved)).hasValue(a);
        store.addRequest(Requests.answered(b, NOW, Requests.response(saved, NOW)));
        assertThat(store.serverOf(saved)).hasValue(b);
        store.removeServer(b);
        assertThat(store.serverOf(saved)).hasValue(a);
        assertThat(store.serverOf(UUID.randomUUID())).isEmpty();
    }

    @Test
    void removedServer_leavesItsRequestsWithoutIt() {
        FleetStore store = open(MUCH);
        long id = server(store, "a");
        Request request = store.addRequest(Requests.answered(id, NOW, Requests.response("out")));
        store.addUsage(id, Usage.disabled(NOW));
        store.saveSpecs(id, SandboxSpecs.UNKNOWN.failed(NOW), ContainerSpecs.UNKNOWN);
        store.removeServer(id);

        assertThat(store.servers()).isEmpty();
        assertThat(store.sandboxSpecs(id)).isEqualTo(SandboxSpecs.UNKNOWN);
        assertThat(store.usages(id, Period.ALL, 10)).isEmpty();
        assertThat(store.usageSummaries(id, Period.ALL, Duration.ofHours(1))).isEmpty();
        assertThat(store.request(request.id())).get().usingRecursiveComparison().isEqualTo(request.withoutServer());
        assertThat(server(store, "a")).isGreaterThan(id);
    }

    @Test
    void clean_removesWhatIsTooOldOrTooMuch() {
        FleetStore store = open(RETENTION);
        long a = server(store, "a");
        long b = server(store, "b");
        store.addUsage(b, Usage.disabled(NOW));
        store.addUsage(b, Usage.disabled(NOW.plusSeconds(1)));
        store.addRequest(Requests.answered(b, NOW, Requests.response("old")));
        store.addRequest(Requests.failed(NO_SERVER, "alice", NOW));
        Request kept = store.addRequest(Requests.answered(b, NOW.plusSeconds(1), Requests.response("kept")));
        for (int second = 2; second < 7; second++) {
            store.addUsage(a, Usage.unreached(NOW.plusSeconds(second)));
            store.addRequest(Requests.failed(a, "alice", NOW.plusSeconds(second)));
        }
        store.clean(NOW.plusSeconds(3601));

        assertThat(store.usages(b, Period.ALL, 10)).containsExactly(Usage.disabled(NOW.plusSeconds(1)));
        assertThat(store.usages(a, Period.ALL, 10))
                .containsExactly(
                        Usage.unreached(NOW.plusSeconds(6)),
                        Usage.unreached(NOW.plusSeconds(5)),
                        Usage.unreached(NOW.plusSeconds(4)));
        assertThat(store.requests(RequestQuery.ALL.to(a), 10).stream().map(Request::date))
                .containsExactly(NOW.plusSeconds(6), NOW.plusSeconds(5), NOW.plusSeconds(4));
        assertThat(ids(store, RequestQuery.ALL, 10)).hasSize(4).contains(kept.id());
    }
}
