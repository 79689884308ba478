package org.sandbox4j.local.tree;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.sandbox4j.spi.HostBind;

/** What is staged where commands cannot see it is told of. */
class HiddenPlacesTest {
    @TempDir
    Path base;

    private Path root;
    private Path host;

    @BeforeEach
    void stage() throws IOException {
        base = base.toRealPath();
        root = Files.createDirectories(base.resolve("sandbox/root"));
        host = Files.createDirectory(base.resolve("host"));
    }

    private List<String> hidden(TreeNeeds needs) {
        try (StagedRoot staged = StagedRoot.open(new TreeConfig(base.resolve("sandbox")))) {
            staged.prepare(needs).close();
            return staged.hiddenPlaces();
        }
    }

    private void file(String path) throws IOException {
        Path file = root.resolve(path);
        Files.createDirectories(file.getParent());
        Files.writeString(file, "staged");
    }

    @Test
    void prepare_filesBelowTheSandboxsOwnPlaces_areHidden() throws IOException {
        file("tmp/input");
        file("proc/notes");
        file("dev/settings");

        assertThat(hidden(Needs.nothing())).containsExactly("/dev", "/proc", "/tmp");
    }

    @Test
    void prepare_whatArchivesOfRootsHave_isNotToldOf() throws IOException {
        Files.createDirectories(root.resolve("tmp"));
        Files.createDirectories(root.resolve("proc"));
        Files.createDirectories(root.resolve("dev/pts"));
        file("dev/null");

        assertThat(hidden(Needs.nothing())).isEmpty();
    }

    @Test
    void prepare_filesBelowABind_areHidden() throws IOException {
        file("usr/bin/tool");

        assertThat(hidden(Needs.binds(new HostBind(host, "/usr", false)))).containsExactly("/usr");
    }

    /** Marks and other binds are mounted over what covers them. */
    @Test
    void prepare_filesThatAreShownAgain_areNotHidden() throws IOException {
        file("usr/local/work/file");
        Files.createDirectories(host.resolve("local/work"));
        TreeNeeds needs = new TreeNeeds(
                Map.of("/usr/local/work", false),
                "/",
                List.of(new HostBind(host, "/usr", false)),
                false,
                false,
                Optional.empty(),
                Writing.IN_PLACE);

        assertThat(hidden(needs)).isEmpty();
    }
}
