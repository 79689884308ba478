package org.sandbox4j.spi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.entry;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SandboxSettingsTest {
    private final SandboxSettings settings = new SandboxSettings();

    @Test
    void snapshot_nothingSet_hasTheDefaults() {
        assertThat(settings.snapshot()).isEqualTo(new SandboxSettings.Snapshot(Map.of(), "/", Map.of()));
    }

    @Test
    void snapshot_settingsChangedAfterwards_staysAsItWas() {
        settings.setEnvironment(Map.of("A", "1"));
        settings.setWorkDirectory("/one");
        settings.mark("/mark", false);
        SandboxSettings.Snapshot before = settings.snapshot();

        settings.setEnvironment(Map.of("B", "2"));
        settings.setWorkDirectory("/two");
        settings.mark("/mark", true);
        settings.mark("/other", false);

        assertThat(before.environment()).containsExactly(entry("A", "1"));
        assertThat(before.workDirectory()).isEqualTo("/one");
        assertThat(before.marks()).containsExactly(entry("/mark", false));
    }

    @Test
    void setEnvironment_again_replacesAndKeepsTheRest() {
        settings.setWorkDirectory("/work");
        settings.mark("/mark", true);
        settings.setEnvironment(Map.of("A", "1"));

        settings.setEnvironment(Map.of("B", "2"));

        assertThat(settings.snapshot())
                .isEqualTo(new SandboxSettings.Snapshot(Map.of("B", "2"), "/work", Map.of("/mark", true)));
    }

    @Test
    void setEnvironment_mapChangedAfterwards_isNotSeen() {
        Map<String, String> environment = new HashMap<>(Map.of("A", "1"));
        settings.setEnvironment(environment);

        environment.clear();

        assertThat(settings.snapshot().environment()).containsExactly(entry("A", "1"));
    }

    @Test
    void setEnvironment_refused_leavesTheEarlierOne() {
        settings.setEnvironment(Map.of("A", "1"));

        assertThatIllegalArgumentException().isThrownBy(() -> settings.setEnvironment(Map.of("B=C", "2")));

        assertThat(settings.snapshot().environment()).containsExactly(entry("A", "1"));
    }

    @Test
    void setWorkDirectory_unusualForm_isNormalised() {
        settings.setWorkDirectory("//a/./b/");

        assertThat(settings.snapshot().workDirectory()).isEqualTo("/a/b");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "a", "/a/..", "/a\0"})
    void setWorkDirectory_refused_leavesTheEarlierOne(String directory) {
        settings.setWorkDirectory("/before");

        assertThatIllegalArgumentException().isThrownBy(() -> settings.setWorkDirectory(directory));

        assertThat(settings.snapshot().workDirectory()).isEqualTo("/before");
    }

    @Test
    void mark_several_keepTheirOrder() {
        settings.mark("/z", false);
        settings.mark("/a", true);
        settings.mark("/m/n", false);

        assertThat(settings.snapshot().marks())
                .containsExactly(entry("/z", false), entry("/a", true), entry("/m/n", false));
    }

    @Test
    void mark_sameDirectoryInAnotherForm_replacesInPlace() {
        settings.mark("/z", false);
        settings.mark("/a", false);

        settings.mark("//z/.", true);

        assertThat(settings.snapshot().marks()).containsExactly(entry("/z", true), entry("/a", false));
    }

    @ParameterizedTest
    @ValueSource(strings = {"/proc", "/proc/", "/proc/self", "/dev", "//dev", "/./dev/shm"})
    void mark_inProcOrDev_isRefused(String directory) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> settings.mark(directory, false))
                .withMessageContaining("Cannot mark '" + SandboxValues.directory(directory) + "'");
        assertThat(settings.snapshot().marks()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"/", "/process", "/devel", "/a/proc", "/a/dev", "/.dev"})
    void mark_elsewhere_isTaken(String directory) {
        settings.mark(directory, false);

        assertThat(settings.snapshot().marks()).containsOnlyKeys(directory);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "a", "/a/..", "/a\0"})
    void mark_notAPathInsideTheSandbox_isRefused(String directory) {
        assertThatIllegalArgumentException().isThrownBy(() -> settings.mark(directory, false));
    }

    @Test
    void snapshot_maps_areUnmodifiable() {
        settings.setEnvironment(Map.of("A", "1"));
        settings.mark("/mark", false);
        SandboxSettings.Snapshot snapshot = settings.snapshot();

        assertThatThrownBy(() -> snapshot.environment().put("B", "2"))
                .isInstanceOf(UnsupportedOperationException.class);
        assertThatThrownBy(() -> snapshot.marks().put("/b", true)).isInstanceOf(UnsupportedOperationException.class);
    }

    @Test
    void mark_fromManyThreads_losesNone() throws Exception {
        int threads = 8;
        int marksEach = 200;
        CyclicBarrier start = new CyclicBarrier(threads);
        List<Callable<Void>> tasks = new ArrayList<>();
        for (int thread = 0; thread < threads; thread++) {
            String prefix = "/thread" + thread + "/";
            tasks.add(() -> {
                start.await();
                for (int i = 0; i < marksEach; i++) {
                    settings.mark(prefix + i, true);
                    settings.setWorkDirectory(prefix + i);
                    settings.setEnvironment(Map.of("LAST", prefix + i));
                    assertThat(settings.snapshot().marks()).containsKey(prefix + i);
                }
                return null;
            });
        }

        runAll(tasks);

        assertThat(settings.snapshot().marks()).hasSize(threads * marksEach);
    }

    private static void runAll(List<Callable<Void>> tasks) throws Exception {
        ExecutorService executor = Executors.newFixedThreadPool(tasks.size());
        try {
            for (Future<Void> done : executor.invokeAll(tasks)) {
                done.get();
            }
        } finally {
            executor.shutdownNow();
        }
    }
}
