package org.sandbox4j.protocol.archive;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.junit.jupiter.params.provider.Arguments.arguments;
import static org.sandbox4j.protocol.archive.TarBytes.BLOCK_DEVICE;
import static org.sandbox4j.protocol.archive.TarBytes.CHARACTER_DEVICE;
import static org.sandbox4j.protocol.archive.TarBytes.DIRECTORY;
import static org.sandbox4j.protocol.archive.TarBytes.FIFO;
import static org.sandbox4j.protocol.archive.TarBytes.FILE;
import static org.sandbox4j.protocol.archive.TarBytes.GNU_SPARSE;
import static org.sandbox4j.protocol.archive.TarBytes.LONG_LINK;
import static org.sandbox4j.protocol.archive.TarBytes.LONG_NAME;
import static org.sandbox4j.protocol.archive.TarBytes.PAX;
import static org.sandbox4j.protocol.archive.TarBytes.PAX_GLOBAL;
import static org.sandbox4j.protocol.archive.TarBytes.SYMBOLIC_LINK;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.function.Supplier;
import java.util.stream.Stream;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.sandbox4j.protocol.archive.ArchiveException.Problem;

/** Archives that are refused: with the right reason, nothing outside changed, and nothing left. */
class HostileArchivesTest {
    private static final ArchiveLimits SMALL = new ArchiveLimits(1000, 70 << 20, 200, 20, 1000, 64 << 10);

    @TempDir
    private Path directory;

    private Surroundings surroundings;

    @BeforeEach
    void prepare() throws IOException {
        surroundings = new Surroundings(directory);
    }

    private static TarBytes tar() {
        return new TarBytes();
    }

    private static Arguments refused(String what, Problem problem, Supplier<byte[]> archive) {
        return arguments(what, problem, archive);
    }

    private static Arguments refused(String what, Problem problem, TarBytes archive) {
        return arguments(what, problem, (Supplier<byte[]>) archive::gzip);
    }

    static Stream<Arguments> climbingNames() {
        return Stream.of(
                refused("..", Problem.NAME, tar().file("..", "x")),
                refused("../victim", Problem.NAME, tar().file("../victim", "x")),
                refused("../../victim", Problem.NAME, tar().file("../../victim", "x")),
                refused("a/../../../victim", Problem.NAME, tar().directory("a/").file("a/../../../victim", "x")),
                refused("a/.. as a directory", Problem.NAME, tar().directory("a/..")),
                refused("./../x", Problem.NAME, tar().file("./../x", "x")),
                refused("/tmp/x", Problem.NAME, tar().file("/tmp/sandbox4j-hostile", "x")),
                refused("//tmp/x", Problem.NAME, tar().file("//tmp/sandbox4j-hostile", "x")),
                refused("/. as a directory", Problem.NAME, tar().directory("/.")),
                refused("absolute link name", Problem.NAME, tar().symbolicLink("/tmp/sandbox4j-hostile", "x")),
                refused(
                        ".. in a long name",
                        Problem.NAME,
                        tar().longName(LONG_NAME, "../victim").file("a", "x")),
                refused(
                        ".. in a PAX name",
                        Problem.NAME,
                        tar().pax(PAX, "path=../../victim").file("a", "x")),
                refused(
                        ".. in a global PAX name",
                        Problem.NAME,
                        tar().pax(PAX_GLOBAL, "path=../x").file("a", "x")),
                refused(
                        "NUL in a PAX name",
                        Problem.NAME,
                        tar().pax(PAX, "path=a\0b").file("a", "x")),
                refused("not UTF-8", Problem.NAME, tar().rawName(new byte[] {'a', (byte) 0xFF, 'b'})),
                refused("not UTF-8, cut", Problem.NAME, tar().rawName(new byte[] {'a', (byte) 0xC3})),
                refused("overlong slash", Problem.NAME, tar().rawName(new byte[] {'.', '.', (byte) 0xC0, (byte) 0xAF
                })));
    }

    static Stream<Arguments> links() {
        return Stream.of(
                refused(
                        "file below a link",
                        Problem.TYPE,
                        tar().symbolicLink("a", "../../outside").file("a/inner/file", "x")),
                refused(
                        "file below an absolute link",
                        Problem.TYPE,
                        tar().symbolicLink("a", "/tmp").file("a/x", "x")),
                refused(
                        "directory below a link",
                        Problem.TYPE,
                        tar().symbolicLink("a", "..").directory("a/b/")),
                refused(
                        "link below a link",
                        Problem.TYPE,
                        tar().symbolicLink("a", "..").symbolicLink("a/b", "c")),
                refused(
                        "hard link below a link",
                        Problem.TYPE,
                        tar().file("f", "").symbolicLink("a", "..").hardLink("a/b", "f")),
                refused(
                        "link to itself",
                        Problem.TYPE,
                        tar().symbolicLink("a", "a").file("a/b", "x")),
                refused(
                        "link, then a directory",
                        Problem.TYPE,
                        tar().symbolicLink("a", "../../outside").directory("a/")),
                refused(
                        "link, then a file",
                        Problem.DUPLICATE,
                        tar().symbolicLink("a", "../../victim").file("a", "x")),
                refused(
                        "link, then a link",
                        Problem.DUPLICATE,
                        tar().symbolicLink("a", "b").symbolicLink("a", "c")),
                refused(
                        "link, then a hard link",
                        Problem.DUPLICATE,
                        tar().file("f", "").symbolicLink("a", "b").hardLink("a", "f")),
                refused(
                        "directory, then a link",
                        Problem.TYPE,
                        tar().directory("a/").symbolicLink("a", "../../outside")),
                refused(
                        "full directory, then a link, then below it",
                        Problem.TYPE,
                        tar().file("a/b", "").symbolicLink("a", "../../outside").file("a/inner", "x")),
                refused(
                        "directory, then a file",
                        Problem.TYPE,
                        tar().directory("a/").file("a", "x")),
                refused(
                        "file, then a directory",
                        Problem.TYPE,
                        tar().file("a", "x").directory("a/")),
                refused(
                        "file, then below it",
                        Problem.TYPE,
                        tar().file("a", "x").file("a/b", "x")),
                refused("hard link to the outside", Problem.NAME, tar().hardLink("a", "../../victim")),
                refused("absolute hard link", Problem.NAME, tar().hardLink("a", "/etc/passwd")),
                refused("hard link to nothing", Problem.LINK, tar().hardLink("a", "b")),
                refused("hard link to itself", Problem.LINK, tar().hardLink("a", "a")),
                refused(
                        "hard link to what comes later",
                        Problem.LINK,
                        tar().hardLink("a", "b").file("b", "x")),
                refused(
                        "hard link to a link",
                        Problem.LINK,
                        tar().symbolicLink("a", "../../victim").hardLink("b", "a")),
                refused(
                        "hard link through a link",
                        Problem.TYPE,
                        tar().symbolicLink("a", "../..").hardLink("b", "a/victim")),
                refused(
                        "hard link to a directory",
                        Problem.LINK,
                        tar().directory("a/").hardLink("b", "a")),
                refused("hard link to the top", Problem.LINK, tar().hardLink("b", "./")),
                refused(
                        "hard link, then a file over it",
                        Problem.DUPLICATE,
                        tar().file("a", "x").hardLink("b", "a").file("b", "y")),
                refused(
                        "long link name that climbs",
                        Problem.NAME,
                        tar().longName(LONG_LINK, "../../victim").hardLink("a", "b")),
                refused(
                        "PAX link name that climbs",
                        Problem.NAME,
                        tar().pax(PAX, "linkpath=../../victim").hardLink("a", "b")),
                refused("empty link", Problem.NAME, tar().symbolicLink("a", "")),
                refused("link with content", Problem.MALFORMED, tar().member(SYMBOLIC_LINK, "a", "b", new byte[10])));
    }

    static Stream<Arguments> kindsAndNames() {
        return Stream.of(
                refused("character device", Problem.TYPE, tar().special(CHARACTER_DEVICE, "null")),
                refused("block device", Problem.TYPE, tar().special(BLOCK_DEVICE, "sda")),
                refused("fifo", Problem.TYPE, tar().special(FIFO, "fifo")),
                refused("unknown kind", Problem.TYPE, tar().special('Z', "z")),
                refused("sparse file", Problem.TYPE, HostileArchivesTest::sparse),
                refused(
                        "PAX sparse file of 2 GB",
                        Problem.TYPE,
                        tar().pax(PAX, "GNU.sparse.major=0", "GNU.sparse.size=2000000000", "GNU.sparse.map=0,1")
                                .file("a", "x")),
                refused("file twice", Problem.DUPLICATE, tar().file("a", "x").file("a", "y")),
                refused(
                        "file twice, spelt differently",
                        Problem.DUPLICATE,
                        tar().file("a/b", "x").file("./a//./b", "y")),
                refused(
                        "directory twice",
                        Problem.DUPLICATE,
                        tar().directory("a/").directory("a/")),
                refused(
                        "directory twice, once implied",
                        Problem.DUPLICATE,
                        tar().file("a/b", "").directory("a").directory("a/")),
                refused(
                        "fifo, then a file",
                        Problem.TYPE,
                        tar().special(FIFO, "a").file("a", "x")),
                refused(
                        "name of 256 bytes",
                        Problem.NAME,
                        tar().longName(LONG_NAME, "x".repeat(256)).file("a", "")),
                refused(
                        "path too long",
                        Problem.LIMIT,
                        tar().longName(LONG_NAME, "x/".repeat(600)).file("a", "")),
                refused("too deep", Problem.LIMIT, tar().directory("x/".repeat(21))),
                refused(
                        "link text too long",
                        Problem.LIMIT,
                        tar().longName(LONG_LINK, "x/".repeat(600)).symbolicLink("a", "")),
                refused(
                        "year 10000",
                        Problem.MALFORMED,
                        tar().pax(PAX, "mtime=253402300800").file("a", "")),
                refused(
                        "nonsense as time",
                        Problem.MALFORMED,
                        tar().pax(PAX, "mtime=x").file("a", "")));
    }

    static Stream<Arguments> tops() {
        return Stream.of(
                refused("file .", Problem.TYPE, tar().file(".", "x")),
                refused("file without a name", Problem.TYPE, tar().file("", "x")),
                refused("link .", Problem.TYPE, tar().symbolicLink(".", "../../outside")),
                refused("link ./", Problem.TYPE, tar().symbolicLink("./", "../../outside")),
                refused("link /", Problem.TYPE, tar().symbolicLink("/", "../../outside")),
                refused("hard link .", Problem.TYPE, tar().file("a", "x").hardLink(".", "a")),
                refused("fifo .", Problem.TYPE, tar().special(FIFO, ".")),
                refused("hard link to /", Problem.LINK, tar().hardLink("a", "/")),
                refused("top twice", Problem.DUPLICATE, tar().directory("/").directory("./")),
                refused(
                        "top twice, with something between",
                        Problem.DUPLICATE,
                        tar().directory("").file("a", "x").directory("//")));
    }

    static Stream<Arguments> checksums() {
        return Stream.of(
                refused("first", 0, tar().file("a", "x")),
                refused("second", 1024, tar().file("a", "x").file("b", "y")),
                refused("directory", 1024, tar().file("a", "x").directory("b")),
                refused("extended", 0, tar().pax(PAX, "path=b").file("a", "x")),
                refused("after an extended one", 1024, tar().pax(PAX, "path=b").file("a", "x")),
                refused("global", 0, tar().pax(PAX_GLOBAL, "comment=b").file("a", "x")),
                refused("long name", 0, tar().longName(LONG_NAME, "b").file("a", "x")),
                refused("long link", 0, tar().longName(LONG_LINK, "b").symbolicLink("a", "x")),
                refused("blank checksum", Problem.MALFORMED, () -> {
                    byte[] bytes = tar().file("a", "x").bytes();
                    Arrays.fill(bytes, 148, 156, (byte) ' ');
                    return TarBytes.gzip(bytes);
                }),
                refused("checksum of letters", Problem.MALFORMED, () -> {
                    byte[] bytes = tar().file("a", "x").bytes();
                    Arrays.fill(bytes, 148, 156, (byte) 'x');
                    return TarBytes.gzip(bytes);
                }));
    }

    /** The owner's number is changed, which nothing but the checksum can tell. */
    private static Arguments refused(String what, int header, TarBytes archive) {
        return refused("wrong checksum: " + what, Problem.MALFORMED, () -> {
            byte[] bytes = archive.bytes();
            bytes[header + 112] ^= 1;
            return TarBytes.gzip(bytes);
        });
    }

    private static byte[] sparse() {
        byte[] header = new byte[512];
        header[0] = 'a';
        System.arraycopy(TarBytes.octal(0644, 8), 0, header, 100, 8);
        System.arraycopy(TarBytes.octal(0, 12), 0, header, 124, 12);
        System.arraycopy(TarBytes.octal(0, 12), 0, header, 136, 12);
        header[156] = GNU_SPARSE;
        System.arraycopy("ustar  \0".getBytes(StandardCharsets.US_ASCII), 0, header, 257, 8);
        System.arraycopy(TarBytes.octal(0, 12), 0, header, 386, 12);
        System.arraycopy(TarBytes.octal(0, 12), 0, header, 398, 12);
        System.arraycopy(TarBytes.octal(1L << 32, 12), 0, header, 483, 12);
        return tar().raw(TarBytes.withChecksum(header)).gzip();
    }

    static Stream<Arguments> sizes() {
        byte[] name = {'a'};
        return Stream.of(
                refused(
                        "claims 8 EiB",
                        Problem.LIMIT,
                        tar().header(FILE, name, "", TarBytes.binary(Long.MAX_VALUE), 0644)),
                refused(
                        "claims 200 MiB",
                        Problem.LIMIT,
                        tar().header(FILE, name, "", TarBytes.octal(200 << 20, 12), 0644)),
                refused(
                        "PAX size of 8 EiB",
                        Problem.LIMIT,
                        tar().pax(PAX, "size=9223372036854775807").file("a", "")),
                refused("negative size", Problem.MALFORMED, tar().header(FILE, name, "", TarBytes.binary(-1), 0644)),
                refused(
                        "negative PAX size",
                        Problem.MALFORMED,
                        tar().pax(PAX, "size=-5").file("a", "")),
                refused("directory with content", Problem.MALFORMED, tar().member(DIRECTORY, "a/", "", new byte[600])),
                refused("two files of 40 MiB", Problem.LIMIT, () -> zeros(2)),
                refused("too many members", Problem.LIMIT, () -> members(1001)),
                refused("bomb of zeros", Problem.LIMIT, () -> bomb(69)),
                refused(
                        "long name of 1 MiB",
                        Problem.LIMIT,
                        tar().longName(LONG_NAME, "x".repeat(1 << 20)).file("a", "")),
                refused("long name that claims 8 GiB", Problem.LIMIT, () -> claiming(LONG_NAME)),
                refused("long link that claims 8 GiB", Problem.LIMIT, () -> claiming(LONG_LINK)),
                refused("PAX header that claims 8 GiB", Problem.MALFORMED, () -> claiming(PAX)),
                refused(
                        "PAX record that claims 2 GB",
                        Problem.MALFORMED,
                        tar().member(PAX, "p", "", bytes("2147483647 path=x\n"))),
                refused(
                        "PAX record with a negative length",
                        Problem.MALFORMED,
                        tar().member(PAX, "p", "", bytes("-9 path=x\n"))),
                refused(
                        "PAX record without a length",
                        Problem.MALFORMED,
                        tar().member(PAX, "p", "", bytes("path=x\n"))),
                refused(
                        "PAX record of 1 MiB",
                        Problem.LIMIT,
                        tar().pax(PAX, "comment=" + "x".repeat(1 << 20)).file("a", "")),
                refused(
                        "PAX name that is no UTF-8",
                        Problem.NAME,
                        tar().member(PAX, "p", "", new byte[] {'1', '0', ' ', 'p', 'a', 't', 'h', '=', (byte) 0xFF, '\n'
                                })
                                .file("a", "")),
                refused("chain of PAX headers", Problem.LIMIT, () -> chain(PAX)),
                refused("chain of long names", Problem.LIMIT, () -> chain(LONG_NAME)),
                refused("chain of global headers", Problem.LIMIT, () -> chain(PAX_GLOBAL)),
                refused("nine small global headers", Problem.LIMIT, HostileArchivesTest::nineGlobalHeaders),
                refused("global headers before each member", Problem.LIMIT, HostileArchivesTest::manyGlobalHeaders),
                refused("PAX header with 10,000 attributes", Problem.LIMIT, HostileArchivesTest::manyAttributes),
                refused("PAX header and nothing", Problem.MALFORMED, tar().pax(PAX, "path=x")));
    }

    static Stream<Arguments> namesOfOurOwn() {
        return Stream.of(
                refused(
                        "..",
                        Problem.NAME,
                        tar().pax(PAX, "SANDBOX4J.path=%2E%2E/victim").file("a", "")),
                refused(
                        "absolute",
                        Problem.NAME,
                        tar().pax(PAX, "SANDBOX4J.path=%2Fvictim").file("a", "")),
                refused(
                        "NUL",
                        Problem.NAME,
                        tar().pax(PAX, "SANDBOX4J.path=a%00b").file("a", "")),
                refused(
                        "cut",
                        Problem.MALFORMED,
                        tar().pax(PAX, "SANDBOX4J.path=a%F").file("a", "")),
                refused(
                        "no hexadecimal",
                        Problem.MALFORMED,
                        tar().pax(PAX, "SANDBOX4J.path=a%zz").file("a", "")),
                refused(
                        "not encoded",
                        Problem.MALFORMED,
                        tar().pax(PAX, "SANDBOX4J.path=é").file("a", "")),
                refused(
                        "twice",
                        Problem.DUPLICATE,
                        tar().pax(PAX, "SANDBOX4J.path=%61").file("b", "").file("a", "")),
                refused(
                        "below a link",
                        Problem.TYPE,
                        tar().pax(PAX, "SANDBOX4J.path=%FF")
                                .symbolicLink("x", "..")
                                .pax(PAX, "SANDBOX4J.path=%FF/victim")
                                .file("a", "")));
    }

    private static byte[] zeros(int files) {
        TarBytes tar = tar();
        for (int i = 0; i < files; i++) {
            tar.member(FILE, "f" + i, "", new byte[40 << 20]);
        }
        return tar.gzip();
    }

    private static byte[] bomb(int mebibytes) {
        return tar().member(FILE, "a", "", new byte[mebibytes << 20]).gzip();
    }

    private static byte[] members(int count) {
        TarBytes tar = tar();
        for (int i = 0; i < count; i++) {
            tar.directory("d" + i + "/");
        }
        return tar.gzip();
    }

    private static byte[] claiming(char type) {
        return tar().header(type, bytes("x"), "", TarBytes.octal((8L << 30) - 1, 12), 0644)
                .raw(new byte[1 << 20])
                .gzip();
    }

    private static byte[] chain(char type) {
        TarBytes tar = tar();
        for (int i = 0; i < 20_000; i++) {
            tar.pax(type, "comment=" + i);
        }
        return tar.file("a", "").gzip();
    }

    private static byte[] manyGlobalHeaders() {
        TarBytes tar = tar();
        for (int i = 0; i < 1000; i++) {
            tar.pax(PAX_GLOBAL, "key" + i + "=" + "x".repeat(10_000)).file("f" + i, "");
        }
        return tar.gzip();
    }

    private static byte[] nineGlobalHeaders() {
        TarBytes tar = tar();
        for (int i = 0; i < 9; i++) {
            tar.pax(PAX_GLOBAL, "comment=x").file("f" + i, "");
        }
        return tar.gzip();
    }

    private static byte[] manyAttributes() {
        String[] records = new String[4000];
        Arrays.setAll(records, i -> "k" + i + "=v");
        return tar().pax(PAX, records).file("a", "").gzip();
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    static Stream<Arguments> broken() {
        byte[] sound = tar().file("a", "content").gzip();
        byte[] badChecksum = sound.clone();
        badChecksum[badChecksum.length - 6] ^= 1;
        return Stream.of(
                refused("empty", Problem.MALFORMED, () -> new byte[0]),
                refused("not gzip", Problem.MALFORMED, () -> bytes("this is no archive")),
                refused("gzip of nothing", Problem.MALFORMED, () -> TarBytes.gzip(new byte[0])),
                refused("gzip of text", Problem.MALFORMED, () -> TarBytes.gzip(bytes("x".repeat(2000)))),
                refused("no end", Problem.MALFORMED, () -> tar().file("a", "x").unfinished()),
                refused(
                        "no end after zeros",
                        Problem.MALFORMED,
                        () -> tar().member(FILE, "a", "", new byte[512]).unfinished()),
                refused(
                        "cut in a header",
                        Problem.MALFORMED,
                        () -> tar().file("a", "x").raw(new byte[] {1}).unfinished()),
                refused(
                        "cut in content",
                        Problem.MALFORMED,
                        () -> tar().header(FILE, bytes("a"), "", TarBytes.octal(600, 12), 0644)
                                .raw(new byte[512])
                                .unfinished()),
                refused("gzip cut by a byte", Problem.MALFORMED, () -> Arrays.copyOf(sound, sound.length - 1)),
                refused("gzip cut in the middle", Problem.MALFORMED, () -> Arrays.copyOf(sound, sound.length / 2)),
                refused("gzip header alone", Problem.MALFORMED, () -> Arrays.copyOf(sound, 10)),
                refused("wrong checksum of gzip", Problem.MALFORMED, () -> badChecksum),
                refused("text after gzip", Problem.MALFORMED, () -> joined(sound, bytes("text"))),
                refused(
                        "archive after the archive",
                        Problem.MALFORMED,
                        () -> joined(sound, tar().file("b", "").gzip())),
                refused(
                        "text after the end",
                        Problem.MALFORMED,
                        () -> TarBytes.gzip(joined(tarOf(sound), bytes("text")))),
                refused(
                        "2 MiB after the end",
                        Problem.LIMIT,
                        () -> TarBytes.gzip(joined(tarOf(sound), new byte[2 << 20]))),
                refused("gzip header with a name of 1 MiB", Problem.LIMIT, HostileArchivesTest::longGzipName),
                refused("empty members of gzip for ever", Problem.LIMIT, HostileArchivesTest::emptyGzipMembers));
    }

    private static byte[] tarOf(byte[] gzip) {
        try {
            return new GZIPInputStream(new ByteArrayInputStream(gzip)).readAllBytes();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static byte[] longGzipName() {
        byte[] header = {0x1f, (byte) 0x8b, 8, 8, 0, 0, 0, 0, 0, 0};
        return joined(header, bytes("x".repeat(1 << 20)));
    }

    private static byte[] emptyGzipMembers() {
        byte[] empty = TarBytes.gzip(new byte[0]);
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        for (int i = 0; i < 20_000; i++) {
            out.writeBytes(empty);
        }
        return out.toByteArray();
    }

    private static byte[] joined(byte[] first, byte[] second) {
        byte[] both = Arrays.copyOf(first, first.length + second.length);
        System.arraycopy(second, 0, both, first.length, second.length);
        return both;
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource({"climbingNames", "links", "kindsAndNames", "tops", "checksums", "sizes", "broken"})
    void archive_hostile_isRefusedAndLeavesNothing(String what, Problem problem, Supplier<byte[]> archive)
            throws IOException {
        isRefusedAndLeavesNothing(ArchiveExtractor.create(), what, problem, archive);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource({"climbingNames", "links", "kindsAndNames", "tops", "checksums", "sizes", "broken", "namesOfOurOwn"})
    void archive_hostile_isRefusedWhereAnyNamesAreAccepted(String what, Problem problem, Supplier<byte[]> archive)
            throws IOException {
        isRefusedAndLeavesNothing(ArchiveExtractor.create().acceptingAnyNames(), what, problem, archive);
    }

    private void isRefusedAndLeavesNothing(
            ArchiveExtractor extractor, String what, Problem problem, Supplier<byte[]> archive) throws IOException {
        byte[] bytes = archive.get();
        ArchiveException refused = catchThrowableOfType(
                ArchiveException.class, () -> surroundings.extract(extractor.withLimits(SMALL), bytes));

        assertThat(surroundings.changes()).as("changes, left by %s", what).isEmpty();
        assertThat(Path.of("/tmp/sandbox4j-hostile")).doesNotExist();
        assertThat(refused).as("refusal of %s", what).isNotNull();
        assertThat(refused.problem()).as(refused.getMessage()).isEqualTo(problem);
        assertThat(refused.reason()).startsWith("archive-");
    }
}
