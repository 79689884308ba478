package org.sandbox4j.protocol.archive;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Arrays;
import java.util.Base64;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.sandbox4j.protocol.tree.FileNames;

class ArchiveExtractorTest {
    private static final ArchiveExtractor EXTRACTOR = ArchiveExtractor.create();
    private static final String PYTHON =
            "H4sIAAAAAAACA+3XTQqDMBAF4Kx7Ck8QZ0zimEWhyy57BUuFuhDBH/D4VbooLWgpRaHN+zaGRMjqvTA61vHhlA/HIr8UjVoF3c19"
                    + "iYx9rKd9poQTFQ1qA33b5c14vQpTkkVVV1bFnsWnJEzEOvPeZmR2Cv5evMEdU6jFufn8j2t2hoxxwiYZ9yUVpyK3Zf6buu6W/nt3"
                    + "/qM0+h/9/9L/ngx7cej/AOS6G9butSnUqbUL/W+e+5/JCamItsx/oP1/LRHzkOH9x/uP+S9cbX9efQT8eP5jsiSY/wAAAAAAAAAA"
                    + "AAC+cQO2ZGoYACgAAA==";

    @TempDir
    private Path directory;

    private Surroundings surroundings;

    @BeforeEach
    void prepare() throws IOException {
        surroundings = new Surroundings(directory);
    }

    private Map<String, String> extracted(TarBytes tar) throws IOException {
        surroundings.extract(EXTRACTOR, tar.gzip());
        Map<String, String> changes = surroundings.changes();
        assertThat(changes.keySet()).allMatch(path -> path.startsWith("place/target"));
        return Surroundings.snapshot(surroundings.target());
    }

    @Test
    void members_ofAllKinds_arePlaced() throws IOException {
        TarBytes tar = new TarBytes()
                .directory("./")
                .directory("./d/")
                .file("./d/f", "text")
                .mode(TarBytes.DIRECTORY, "closed/", 0500)
                .file("closed/f", "in")
                .file("implied/deep/f", "")
                .symbolicLink("dangling", "nowhere/at all")
                .symbolicLink("absolute", "/etc")
                .symbolicLink("up", "../..")
                .hardLink("d/again", "./d/f");
        assertThat(extracted(tar))
                .containsExactlyInAnyOrderEntriesOf(Map.ofEntries(
                        Map.entry("d", "40755"),
                        Map.entry("d/f", "100644 x2 text"),
                        Map.entry("d/again", "100644 x2 text"),
                        Map.entry("closed", "40500"),
                        Map.entry("closed/f", "100644 x1 in"),
                        Map.entry("implied", "40755"),
                        Map.entry("implied/deep", "40755"),
                        Map.entry("implied/deep/f", "100644 x1 "),
                        Map.entry("dangling", "link to nowhere/at all"),
                        Map.entry("absolute", "link to /etc"),
                        Map.entry("up", "link to ../..")));
        assertThat(Files.getLastModifiedTime(surroundings.target().resolve("d")).toInstant())
                .hasToString("2023-11-14T22:13:20Z");
        assertThat(Files.getLastModifiedTime(surroundings.target().resolve("d/f"))
                        .toInstant())
                .hasToString("2023-11-14T22:13:20Z");
    }

    @Test
    void setuidSetgidAndSticky_areLeftOut() throws IOException {
        assertThat(extracted(new TarBytes().mode('0', "f", 07755).mode('5', "d", 07777)))
                .containsExactly(Map.entry("d", "40777"), Map.entry("f", "100755 x1 "));
    }

    @Test
    void names_differingInCase_areTwoWhereTheFileSystemSaysSo() throws IOException {
        assertThat(extracted(new TarBytes().file("a", "1").file("A", "2")))
                .containsExactly(Map.entry("A", "100644 x1 2"), Map.entry("a", "100644 x1 1"));
    }

    @Test
    void names_beyondAscii_arePlaced() throws IOException {
        TarBytes tar = new TarBytes()
                .longName('L', "é €/" + "ä".repeat(120))
                .file("cut", "2")
                .pax('x', "path=é €/😀", "mtime=0")
                .file("other", "1")
                .longName('K', "é €")
                .symbolicLink("ü", "cut")
                .pax('x', "mtime=0")
                .hardLink("ñ", "é €/😀");
        surroundings.extract(EXTRACTOR, tar.gzip());
        Path top = surroundings.target();
        assertThat(Files.readString(top.resolve(FileNames.path("ñ")))).isEqualTo("1");
        assertThat(Files.readString(top.resolve(FileNames.path("ü/😀")))).isEqualTo("1");
        assertThat(Files.readString(top.resolve(FileNames.path("é €/" + "ä".repeat(120)))))
                .isEqualTo("2");
    }

    @Test
    void name_inAnExtendedHeaderWithALeadingSlash_endsUpInside() throws IOException {
        assertThat(extracted(new TarBytes().pax('x', "path=/etc/passwd").file("a", "x")))
                .containsExactly(Map.entry("etc", "40755"), Map.entry("etc/passwd", "100644 x1 x"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"/", "//", "", ".", "./", "././"})
    void top_underAnyOfItsNames_isTheTarget(String name) throws IOException {
        assertThat(extracted(new TarBytes()
                        .mode(TarBytes.DIRECTORY, name, 0700)
                        .file("a", "x")
                        .directory("b/")))
                .containsExactly(Map.entry("a", "100644 x1 x"), Map.entry("b", "40755"));
        assertThat(Files.getPosixFilePermissions(surroundings.target()))
                .isEqualTo(PosixFilePermissions.fromString("rwxr-xr-x"));
    }

    @Test
    void top_afterItsContent_isTheTarget() throws IOException {
        assertThat(extracted(new TarBytes().file("a", "x").directory("/"))).containsOnlyKeys("a");
    }

    /** Written by {@code tar.add(directory, arcname="/")} of Python 3.11; with {@code arcname=""} it is the same. */
    @Test
    void archive_ofADirectoryByPython_isPlaced() throws IOException {
        EXTRACTOR.extract(new ByteArrayInputStream(Base64.getDecoder().decode(PYTHON)), surroundings.target());
        assertThat(Surroundings.snapshot(surroundings.target()))
                .containsExactly(Map.entry("a.txt", "100644 x1 hi\n"), Map.entry("sub", "40755"));
    }

    @Test
    void directory_describedAfterItsContent_hasItsMode() throws IOException {
        assertThat(extracted(new TarBytes().file("a/b", "").mode('5', "a", 0700).file("a/c", "")))
                .containsEntry("a", "40700")
                .hasSize(3);
    }

    @Test
    void specialFiles_areSkippedOnRequest() throws IOException {
        TarBytes tar =
                new TarBytes().special('6', "fifo").special('3', "device").file("f", "x");
        ArchiveSummary summary = surroundings.extract(EXTRACTOR.skippingSpecialFiles(), tar.gzip());
        assertThat(summary).isEqualTo(new ArchiveSummary(3, 1));
        assertThat(Surroundings.snapshot(surroundings.target())).containsOnlyKeys("f");
    }

    @Test
    void archive_withoutMembers_makesAnEmptyDirectory() throws IOException {
        assertThat(extracted(new TarBytes())).isEmpty();
    }

    @Test
    void archive_inSeveralMembersOfGzip_isOne() throws IOException {
        byte[] first = new TarBytes().file("a", "1").unfinished();
        byte[] second = new TarBytes().file("b", "2").gzip();
        EXTRACTOR.extract(
                new SequenceInputStream(new ByteArrayInputStream(first), new ByteArrayInputStream(second)),
                surroundings.target());
        assertThat(Surroundings.snapshot(surroundings.target())).containsOnlyKeys("a", "b");
    }

    @Test
    void target_thatExists_isLeftAlone() throws IOException {
        Files.createDirectory(surroundings.target());
        assertThatThrownBy(() -> surroundings.extract(
                        EXTRACTOR, new TarBytes().file("a", "").gzip()))
                .isInstanceOf(FileAlreadyExistsException.class);
        assertThat(surroundings.changes()).containsOnlyKeys("place/target");
    }

    @Test
    void target_thatIsADanglingLink_isLeftAlone() throws IOException {
        Files.createSymbolicLink(surroundings.target(), Path.of("nowhere"));
        assertThatThrownBy(() -> surroundings.extract(
                        EXTRACTOR, new TarBytes().file("a", "").gzip()))
                .isInstanceOf(FileAlreadyExistsException.class);
        assertThat(surroundings.changes()).containsOnlyKeys("place/target");
    }

    @Test
    void target_withoutParent_fails() {
        assertThatIOException()
                .isThrownBy(() -> EXTRACTOR.extract(
                        new ByteArrayInputStream(new TarBytes().gzip()), directory.resolve("missing/target")))
                .isInstanceOf(NoSuchFileException.class);
    }

    @Test
    void source_thatFails_isNoBrokenArchive() throws IOException {
        byte[] archive = new TarBytes().file("a", "x".repeat(10_000)).gzip();
        InputStream failing = new SequenceInputStream(
                new ByteArrayInputStream(Arrays.copyOf(archive, archive.length / 2)), new Failing());
        assertThatIOException()
                .isThrownBy(() -> EXTRACTOR.extract(failing, surroundings.target()))
                .withMessage("the line is dead");
        assertThat(surroundings.changes()).isEmpty();
    }

    private static final class Failing extends InputStream {
        @Override
        public int read() throws IOException {
            throw new IOException("the line is dead");
        }

        @Override
        public int read(byte[] buffer, int offset, int length) throws IOException {
            throw new IOException("the line is dead");
        }
    }

    @Test
    void message_showsHostileNamesCutAndWithoutControls() {
        byte[] archive =
                new TarBytes().file("../\u001b[2J" + "x".repeat(80), "").gzip();
        assertThatThrownBy(() -> surroundings.extract(EXTRACTOR, archive))
                .hasMessage("Refused '../?[2J" + "x".repeat(80) + "' in the archive: its path has '..' in it.");
    }
}
