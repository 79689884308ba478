package org.sandbox4j.local.limits;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class GroupSearchTest {
    private static final Path UNIFIED = Path.of("/sys/fs/cgroup/unified");
    private static final Path PIDS = Path.of("/sys/fs/cgroup/pids/own");
    private static final GroupNames NAMES = new GroupNames(7, pid -> Optional.of("100"));

    @Test
    void search_secondVersionComplete_takesIt() {
        FakeGroupFiles files = new FakeGroupFiles(true).group(UNIFIED, "memory pids", "");

        GroupSearch.Result result = search(files, new OwnGroups(Optional.of(UNIFIED), Map.of("pids", PIDS)), true);

        assertThat(result.groups()).map(ControlGroups::name).contains("cgroup v2");
        assertThat(files.groups()).as("the trial's group").containsExactly(UNIFIED);
    }

    @Test
    void search_secondVersionWithoutControllers_takesTheFirst() {
        FakeGroupFiles files = new FakeGroupFiles(false).group(PIDS, "", "7\n");

        GroupSearch.Result result = search(files, new OwnGroups(Optional.of(UNIFIED), Map.of("pids", PIDS)), true);

        assertThat(result.groups()).map(ControlGroups::name).contains("cgroup v1");
        assertThat(result.groups().orElseThrow().controllers()).containsExactly(Controller.PROCESSES);
    }

    @Test
    void search_groupsThatNobodyCanEnter_areOfNoUse() {
        FakeGroupFiles files = new FakeGroupFiles(false).group(PIDS, "", "7\n");

        GroupSearch.Result result = search(files, new OwnGroups(Optional.empty(), Map.of("pids", PIDS)), false);

        assertThat(result.groups()).isEmpty();
        assertThat(result.obstacles()).contains("could not enter");
        assertThat(files.groups()).containsExactly(PIDS);
    }

    @Test
    void search_nothingWritable_saysWhat() {
        FakeGroupFiles files = new FakeGroupFiles(false).group(PIDS, "", "7\n").forbid(PIDS);

        GroupSearch.Result result = search(files, new OwnGroups(Optional.of(UNIFIED), Map.of("pids", PIDS)), true);

        assertThat(result.groups()).isEmpty();
        assertThat(result.obstacles()).contains(UNIFIED.toString(), PIDS.toString(), "may not be written");
    }

    @Test
    void search_noGroups_saysSo() {
        GroupSearch.Result result = search(new FakeGroupFiles(true), new OwnGroups(Optional.empty(), Map.of()), true);

        assertThat(result.groups()).isEmpty();
        assertThat(result.obstacles()).isEqualTo("no control groups are mounted");
    }

    private static GroupSearch.Result search(GroupFiles files, OwnGroups own, boolean enters) {
        return new GroupSearch(files, NAMES, entrances -> enters).search(own);
    }
}
