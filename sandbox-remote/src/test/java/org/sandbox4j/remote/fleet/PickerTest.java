package org.sandbox4j.remote.fleet;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.sandbox4j.protocol.DeviceRates;
import org.sandbox4j.protocol.Libraries;
import org.sandbox4j.protocol.Specifications;
import org.sandbox4j.protocol.Usages;

class PickerTest {
    private static final DeviceRates NO_RATES = new DeviceRates(Map.of(), Map.of(), Map.of(), Map.of());

    private final EventHub hub = new EventHub(Runnable::run, 1);
    private final Catalog catalog = new Catalog();
    private final List<Member> members = new ArrayList<>();
    private final Picker picker = new Picker(members);
    private final Member a = member("a", 4);
    private final Member b = member("b", 4);

    private Member member(String name, int places) {
        Member member = new Member(
                new ServerEntry(members.size() + 1, name, URI.create("http://" + name + "/"), true), hub, catalog);
        members.add(member);
        Specifications specs = new Specifications(
                new Specifications.Host(
                        new Specifications.HostCpu(OptionalInt.empty(), OptionalInt.empty(), 0, 0),
                        new Specifications.HostMemory(1000, 0, Map.of()),
                        "",
                        ""),
                new Specifications.Container(
                        places,
                        new Specifications.ContainerCpu(
                                1, OptionalLong.empty(), OptionalLong.empty(), OptionalLong.empty()),
                        new Specifications.ContainerMemory(
                                OptionalLong.empty(), OptionalLong.empty(), OptionalLong.empty()),
                        NO_RATES,
                        OptionalLong.empty(),
                        ""),
                Set.of("root"));
        Libraries libraries = new Libraries(Map.of("python", Map.of("numpy", "2")), List.of("gcc", "gcc"));
        member.takeSpecs(
                SandboxSpecs.UNKNOWN.answered(Instant.EPOCH, specs),
                ContainerSpecs.UNKNOWN.answered(Instant.EPOCH, specs, libraries));
        polled(member, 0);
        return member;
    }

    private static void polled(Member member, int containers) {
        member.takeUsage(Usage.reached(
                Instant.EPOCH,
                new Usages(
                        new Usages.Cpu(0, 0, List.of()),
                        new Usages.Memory(0, 0, Map.of()),
                        NO_RATES,
                        new Usages.Network(0, 0, 0, 0),
                        1,
                        containers)));
    }

    private String take() {
        return picker.take(Requirements.NONE, Set.of()).orElseThrow().entry().name();
    }

    private String best() {
        return best(Requirements.NONE);
    }

    private String best(Requirements requirements) {
        return picker.best(requirements, Set.of())
                .map(member -> member.entry().name())
                .orElse("nobody");
    }

    @Test
    void equalServers_takeTurns() {
        List<String> names = IntStream.range(0, 6)
                .mapToObj(i -> {
                    Member taken = picker.take(Requirements.NONE, Set.of()).orElseThrow();
                    taken.released();
                    return taken.entry().name();
                })
                .toList();
        assertThat(names).containsExactly("a", "b", "a", "b", "a", "b");
    }

    @Test
    void takenPlaces_count() {
        member("c", 1);
        polled(b, 2);
        assertThat(IntStream.range(0, 4).mapToObj(i -> take())).containsExactly("a", "c", "a", "b");
        a.released();
        a.released();
        assertThat(best()).isEqualTo("a");
    }

    /** What runs at the time of the poll is in what was polled. */
    @Test
    void takenPlaces_areNotCountedTwice() {
        picker.take(a);
        polled(a, 1);
        polled(b, 2);
        assertThat(best()).isEqualTo("a");
        picker.take(a);
        picker.take(a);
        assertThat(best()).isEqualTo("b");
    }

    @Test
    void latency_decidesBetweenEquallyBusyOnes_ifItDiffersMuch() {
        a.measured(Duration.ofMillis(30));
        b.measured(Duration.ofMillis(10));
        assertThat(best()).isEqualTo("a");
        a.measured(Duration.ofMillis(500));
        assertThat(best()).isEqualTo("b");
        polled(b, 1);
        assertThat(best()).isEqualTo("a");
    }

    @Test
    void unreached_isNoChoice_andUnpolledTheLastOne() {
        a.takeUsage(Usage.unreached(Instant.EPOCH));
        assertThat(best()).isEqualTo("b");
        b.takeUsage(Usage.unreached(Instant.EPOCH));
        assertThat(best()).isEqualTo("nobody");
        a.unwatched();
        assertThat(best()).isEqualTo("a");
        polled(b, 4);
        assertThat(best()).as("full, but there").isEqualTo("b");
    }

    @Test
    void ranked_hasAllThatMeetTheRequirements_theBestFirst() {
        Member c = member("c", 1);
        member("d", 1).takeUsage(Usage.unreached(Instant.EPOCH));
        polled(a, 3);
        polled(b, 1);
        assertThat(picker.ranked(Requirements.NONE)).containsExactly(c, b, a);
        c.unwatched();
        assertThat(picker.ranked(Requirements.NONE)).containsExactly(b, a, c);
        assertThat(picker.ranked(Requirements.NONE.program("cc"))).isEmpty();
    }

    @Test
    void disabledAndRemoved_areNoChoice() {
        ServerEntry entry = a.entry();
        a.change(new ServerEntry(entry.id(), entry.name(), entry.url(), false));
        b.remove();
        assertThat(best()).isEqualTo("nobody");
    }

    @Test
    void full_isKnownUntilTheNextPoll() {
        a.full();
        assertThat(best()).isEqualTo("b");
        polled(a, 0);
        assertThat(best()).isEqualTo("a");
    }

    @Test
    void tried_isNoChoice() {
        assertThat(picker.best(Requirements.NONE, Set.of(a))).isEqualTo(Optional.of(b));
        assertThat(picker.best(Requirements.NONE, Set.of(a, b))).isEmpty();
    }

    @Test
    void equalContents_areKeptOnce() {
        assertThat(a.container().libraries().orElseThrow())
                .isNotSameAs(b.container().libraries().orElseThrow());
        assertThat(catalog.shared(a.container()).libraries().orElseThrow())
                .isSameAs(catalog.shared(b.container()).libraries().orElseThrow());
    }

    @Test
    void requirements_areMetTogether() {
        Requirements all = Requirements.NONE
                .program("gcc")
                .library("numpy")
                .extension("root")
                .ram(1000);
        assertThat(best(all)).isEqualTo("a");
        assertThat(best(all.ram(1001))).isEqualTo("nobody");
        assertThat(best(all.program("cc"))).isEqualTo("nobody");
        assertThat(best(all.library("python"))).isEqualTo("nobody");
        assertThat(best(all.extension("delta"))).isEqualTo("nobody");
    }
}
