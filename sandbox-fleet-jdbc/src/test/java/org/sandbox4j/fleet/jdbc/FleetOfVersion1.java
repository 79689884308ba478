package org.sandbox4j.fleet.jdbc;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Set;
import java.util.UUID;
import org.sandbox4j.protocol.DeviceRates;
import org.sandbox4j.protocol.ExecuteRequest;
import org.sandbox4j.protocol.Libraries;
import org.sandbox4j.protocol.SavedEnvironment;
import org.sandbox4j.protocol.ShellCommand;
import org.sandbox4j.protocol.Specifications;
import org.sandbox4j.protocol.Usages;
import org.sandbox4j.remote.fleet.CommandResult;
import org.sandbox4j.remote.fleet.ContainerSpecs;
import org.sandbox4j.remote.fleet.FleetStore;
import org.sandbox4j.remote.fleet.Period;
import org.sandbox4j.remote.fleet.Request;
import org.sandbox4j.remote.fleet.RequestQuery;
import org.sandbox4j.remote.fleet.Response;
import org.sandbox4j.remote.fleet.SandboxSpecs;
import org.sandbox4j.remote.fleet.ServerEntry;
import org.sandbox4j.remote.fleet.Usage;
import org.sandbox4j.remote.fleet.UsageSummary;

/** What is in the databases of version 1 that the tests open. The dumps are of what {@link #write} wrote with it. */
final class FleetOfVersion1 {
    private static final Instant NOON = Instant.parse("2026-11-24T12:00:00.000001Z");
    private static final UUID SAVED = UUID.fromString("01234567-89ab-cdef-0123-456789abcdef");

    private static final List<ServerEntry> SERVERS = List.of(
            new ServerEntry(1, "first", URI.create("http://first/"), true),
            new ServerEntry(2, "second \u00e9", URI.create("https://second:8443/path/"), false));
    private static final Specifications.Host HOST = new Specifications.Host(
            new Specifications.HostCpu(OptionalInt.of(8), OptionalInt.empty(), 800, 4200.5),
            new Specifications.HostMemory(1L << 40, 0, Map.of("/dev/sda1", 1L << 45)),
            "20.10",
            "1.0");
    private static final Specifications.Container LIMITS = new Specifications.Container(
            20,
            new Specifications.ContainerCpu(1, OptionalLong.of(100_000), OptionalLong.empty(), OptionalLong.of(0)),
            new Specifications.ContainerMemory(OptionalLong.of(1L << 33), OptionalLong.empty(), OptionalLong.empty()),
            rates(7),
            OptionalLong.of(100_000),
            "/dev/sda1");
    private static final SandboxSpecs SANDBOX =
            new SandboxSpecs(Optional.of(NOON), Optional.empty(), Optional.of(HOST), Set.of("root"));
    private static final ContainerSpecs CONTAINER = new ContainerSpecs(
            Optional.of(NOON),
            Optional.of(NOON.plusSeconds(1)),
            Optional.of(LIMITS),
            Optional.of(new Libraries(Map.of("python", Map.of("pip", "?")), List.of("awk"))));
    private static final Usage REACHED = Usage.reached(
            NOON,
            new Usages(
                    new Usages.Cpu(3000, 0.25, List.of(0.5, 1.5, 2.5)),
                    new Usages.Memory(1L << 35, 3, Map.of("/dev/sda1", 4L)),
                    rates(1),
                    new Usages.Network(5, 6, 7, 8),
                    70_000,
                    9));
    private static final Usage UNREACHED = Usage.unreached(NOON.plusSeconds(15));
    private static final ExecuteRequest CONFIG = ExecuteRequest.builder()
            .command(new ShellCommand("-make", Optional.of(Duration.ofMillis(1500)), true))
            .environ("NAME", "value")
            .resultPath("result")
            .environment(SAVED)
            .save(true)
            .build();
    private static final Request ANSWERED = new Request(
            1,
            OptionalLong.of(1),
            Optional.of("alice"),
            NOON,
            CONFIG,
            true,
            "",
            Optional.of(new Response(
                    2,
                    Duration.ofNanos(1_500_000_001),
                    Optional.of("result \0"),
                    false,
                    Optional.of(new SavedEnvironment(SAVED, NOON.plusSeconds(60))),
                    List.of(
                            new CommandResult(
                                    "-make", 2, "0123456789".repeat(100), "half \ud83d", false, Duration.ZERO),
                            new CommandResult("true", -1, "", "\u00e9", true, Duration.ofNanos(7))))));
    private static final Request FAILED = new Request(
            2,
            OptionalLong.empty(),
            Optional.empty(),
            NOON.plusSeconds(1),
            CONFIG,
            false,
            "http://first/: unreachable\n",
            Optional.empty());

    private FleetOfVersion1() {}

    private static DeviceRates rates(long value) {
        return new DeviceRates(
                Map.of("/dev/sda", value),
                Map.of("/dev/sda", value + 1),
                Map.of("/dev/sda", value + 2),
                Map.of("/dev/sda", value + 3));
    }

    static void write(FleetStore store) {
        SERVERS.forEach(server -> store.addServer(server.name(), server.url(), server.enabled()));
        store.saveSpecs(1, SANDBOX, CONTAINER);
        store.addUsage(1, REACHED);
        store.addUsage(1, UNREACHED);
        store.addRequest(ANSWERED);
        store.addRequest(FAILED);
    }

    static void assertIsIn(FleetStore store) {
        assertThat(store.servers()).isEqualTo(SERVERS);
        assertThat(store.sandboxSpecs(1)).isEqualTo(SANDBOX);
        assertThat(store.containerSpecs(1)).isEqualTo(CONTAINER);
        assertThat(store.sandboxSpecs(2)).isEqualTo(SandboxSpecs.UNKNOWN);
        assertThat(store.usages(1, Period.ALL, 10)).containsExactly(UNREACHED, REACHED);
        assertThat(store.usageSummaries(1, Period.ALL, Duration.ofHours(2)))
                .isEqualTo(UsageSummary.of(List.of(UNREACHED, REACHED), Duration.ofHours(2)));
        assertThat(store.requests(RequestQuery.ALL, 10))
                .usingRecursiveFieldByFieldElementComparator()
                .containsExactly(FAILED, ANSWERED);
        assertThat(store.serverOf(SAVED)).hasValue(1);
    }
}
