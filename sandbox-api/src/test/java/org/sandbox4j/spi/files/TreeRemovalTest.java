package org.sandbox4j.spi.files;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

@EnabledOnOs(OS.LINUX)
class TreeRemovalTest {
    @TempDir
    Path base;

    private void shell(String script) throws Exception {
        Process process = new ProcessBuilder("/bin/sh", "-ec", script)
                .directory(base.toFile())
                .inheritIO()
                .start();
        assertThat(process.waitFor()).isZero();
    }

    @Test
    void remove_links_areRemovedAndNotFollowed() throws Exception {
        shell(
                "mkdir -p tree/inner outside; echo kept >outside/file; ln -s ../outside tree/link; ln -s ../.. tree/inner/up");
        Files.createSymbolicLink(base.resolve("link"), Path.of("outside"));

        TreeRemoval.remove(base.resolve("tree"));
        TreeRemoval.remove(base.resolve("link"));

        assertThat(base.resolve("outside/file")).hasContent("kept");
        assertThat(base).isDirectoryNotContaining(path -> !path.endsWith("outside"));
    }

    @Test
    void remove_directoriesWithoutRights_areRemoved() throws Exception {
        shell(
                "mkdir -p tree/a/b/c tree/empty tree/d/e; echo x >tree/a/b/c/f; echo y >tree/d/e/f; chmod 0 tree/empty tree/a/b/c; "
                        + "chmod 555 tree/a/b tree/d/e; chmod 0 tree/a");

        TreeRemoval.remove(base.resolve("tree"));

        assertThat(base.resolve("tree")).doesNotExist();
    }

    @Test
    void remove_deeperThanAnyPath_isRemoved() throws Exception {
        // 1,300 levels; their path is longer than the kernel takes. Some cannot be written.
        shell("mkdir tree; cd -P tree; hundred=$(printf 'deep/%.0s' $(seq 100)); "
                + "for i in $(seq 13); do mkdir -p $hundred; echo x >deep/file; cd -P $hundred; done; chmod 500 . ..");

        TreeRemoval.remove(base.resolve("tree"));

        assertThat(base.resolve("tree")).doesNotExist();
    }

    @Test
    void remove_nothing_isNoOp() throws Exception {
        TreeRemoval.remove(base.resolve("nothing"));
        TreeRemoval.remove(base.resolve("nothing/at/all"));

        assertThat(base).isEmptyDirectory();
    }

    @Test
    void removeContent_keptNames_stay() throws Exception {
        shell("mkdir -p tree/a/b; echo 1 >tree/a/kept; echo 2 >tree/kept");

        TreeRemoval.removeContent(base.resolve("tree"), List.of("kept"));

        assertThat(base.resolve("tree")).isDirectoryContaining(path -> path.endsWith("kept"));
        assertThat(base.resolve("tree/a")).doesNotExist();
    }

    @Test
    void removeContent_ofALink_isRefused() throws Exception {
        shell("mkdir outside; echo kept >outside/file; ln -s outside tree");

        assertThatIOException().isThrownBy(() -> TreeRemoval.removeContent(base.resolve("tree"), List.of()));
        assertThat(base.resolve("outside/file")).hasContent("kept");
    }

    /** The race that a look before an opening by path loses within moments. */
    @Test
    void remove_directoriesExchangedForLinksAllTheTime_nothingOutsideIsTouched() throws Exception {
        shell("mkdir outside; for i in 1 2 3 4 5; do echo kept >outside/$i; done");
        AtomicBoolean stop = new AtomicBoolean();
        Thread attacker = new Thread(() -> exchange(stop));
        attacker.start();
        try {
            for (int i = 0; i < 20; i++) {
                fill(base.resolve("tree"));
                removeWhateverHappens();
            }
        } finally {
            stop.set(true);
            attacker.join();
        }

        try (var left = Files.list(base.resolve("outside"))) {
            assertThat(left).hasSize(5);
        }
    }

    private static void fill(Path tree) throws IOException {
        Files.createDirectories(tree.resolve("d"));
        for (int i = 1; i <= 5; i++) {
            Path file = tree.resolve("d").resolve("" + i);
            if (Files.isDirectory(tree.resolve("d"), java.nio.file.LinkOption.NOFOLLOW_LINKS)) {
                Files.createDirectories(file);
            }
        }
    }

    private void removeWhateverHappens() {
        try {
            TreeRemoval.remove(base.resolve("tree"));
        } catch (IOException e) {
            // What is exchanged all the time may be there again.
        }
    }

    private void exchange(AtomicBoolean stop) {
        Path place = base.resolve("tree/d");
        Path aside = base.resolve("aside");
        while (!stop.get()) {
            try {
                Files.move(place, aside);
                Files.createSymbolicLink(place, base.resolve("outside"));
                Files.delete(place);
                Files.move(aside, place);
            } catch (IOException e) {
                // The other side was faster.
            }
        }
    }
}
