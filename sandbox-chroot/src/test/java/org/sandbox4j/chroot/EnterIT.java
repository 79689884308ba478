package org.sandbox4j.chroot;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.sandbox4j.bwrap.Staging;
import org.sandbox4j.local.host.HostFacts;
import org.sandbox4j.local.launch.HelperAnswer;
import org.sandbox4j.local.launch.Launchers;
import org.sandbox4j.local.launch.OptionList;

/** Our program in new namespaces, with roots that change under its hands: a place that is a link leads to nothing. */
class EnterIT {
    private static final int LINKS = 40;
    private static final int INVALID = 22;

    private Staging staging;
    private Path outside;

    @BeforeEach
    void stage() throws IOException {
        staging = Staging.create();
        outside = Files.createDirectory(staging.beside("outside"));
        for (String directory : List.of("dev", "proc", "tmp", "work")) {
            Files.createDirectories(staging.root().resolve(directory));
        }
    }

    @AfterEach
    void clear() throws IOException {
        staging.close();
    }

    @Test
    void enter_plainRoot_works() {
        assertThat(enter("memory", "/tmp", "1777", "0", "directory", "/tmp/a/b").diagnostics())
                .isEmpty();
        assertThat(staging.root().resolve("tmp")).isEmptyDirectory();
    }

    @Test
    void enter_linkAtAMountPoint_isNotFollowed() throws IOException {
        replaceByLink("tmp");

        assertRefused(LINKS, "memory", "/tmp", "1777", "0");
        assertRefused(LINKS, "bind", "/etc/hostname", "/tmp/file", "read-only");
        assertRefused(LINKS, "bind", outside.toString(), "/tmp/made/deep", "writable");
        assertRefused(LINKS, "directory", "/tmp/made");
        assertRefused(LINKS, "link", "/tmp/made", "content");
        assertRefused(LINKS, "seal", "/tmp");
        assertRefused(LINKS, "shield", "/tmp");
        assertRefused(LINKS, "cover", "/tmp");
        assertRefused(LINKS, "terminals", "/tmp");
        assertThat(outside).isEmptyDirectory();
    }

    @Test
    void enter_parentsInThePath_endAtTheRoot() throws IOException {
        assertThat(enter("directory", "/work/../../../../outside/made").diagnostics())
                .isEmpty();

        assertThat(outside).isEmptyDirectory();
        assertThat(staging.root().resolve("outside/made")).isDirectory();
    }

    @Test
    void enter_fileWhereADirectoryIsNeeded_isSaid() throws IOException {
        Files.delete(staging.root().resolve("tmp"));
        Files.createFile(staging.root().resolve("tmp"));

        assertRefused(INVALID, "memory", "/tmp", "1777", "0");
    }

    @Test
    void enter_mountsOfTheHost_stayAsTheyWere() throws IOException {
        String before = Files.readString(Path.of("/proc/self/mountinfo"));

        enter("memory", "/tmp", "1777", "0", "bind", outside.toString(), "/work", "writable");

        assertThat(Files.readString(Path.of("/proc/self/mountinfo"))).isEqualTo(before);
    }

    @Test
    void enter_unknownWord_isSaid() {
        assertThat(enter("no-such-word").diagnostics()).isEqualTo("sandbox-enter: instructions 22 no-such-word");
    }

    @Test
    void enter_wordsThatEndTooSoon_areSaid() {
        HelperAnswer answer = ask(List.of("hostname"));

        assertThat(answer.exitCode()).isEqualTo(125);
        assertThat(answer.diagnostics()).isEqualTo("sandbox-enter: instructions 22");
    }

    private void replaceByLink(String name) throws IOException {
        Path entry = staging.root().resolve(name);
        Files.delete(entry);
        Files.createSymbolicLink(entry, outside);
    }

    private void assertRefused(int error, String... instruction) {
        HelperAnswer answer = enter(instruction);

        assertThat(answer.exitCode()).isEqualTo(125);
        assertThat(answer.diagnostics()).matches("sandbox-enter: \\S+ " + error + " /tmp.*");
    }

    private HelperAnswer enter(String... instruction) {
        List<String> words = new ArrayList<>(List.of("root", staging.root().toString(), "writable"));
        words.addAll(List.of("processes", "/proc", "plain"));
        words.addAll(List.of(instruction));
        words.addAll(List.of("try", "0", "0"));
        return ask(words);
    }

    private HelperAnswer ask(List<String> words) {
        List<String> command = new Namespaces(Path.of("/usr/bin/unshare"), HostFacts.current()).command(false);
        return Launchers.choose().ask(command, new OptionList(words).encoded(), staging.base());
    }
}
