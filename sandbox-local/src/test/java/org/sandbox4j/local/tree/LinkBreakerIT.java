package org.sandbox4j.local.tree;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.UserDefinedFileAttributeView;
import java.time.Instant;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.sandbox4j.local.launch.Launchers;

class LinkBreakerIT {
    private static final FileTime LONG_AGO = FileTime.from(Instant.parse("2011-11-11T11:11:11.123456Z"));

    @TempDir
    Path temporary;

    private Path root;
    private Path cache;
    private LinkBreaker breaker;

    @BeforeEach
    void makeDirectories() throws IOException {
        root = Files.createDirectory(temporary.resolve("root"));
        cache = Files.createDirectory(temporary.resolve("cache"));
        breaker = new LinkBreaker(root, Files.createDirectory(temporary.resolve("nursery")), Launchers.choose());
    }

    @Test
    void breakLinks_fileLinkedFromOutside_becomesACopyThatReadsTheSame() throws IOException {
        Path cached = cachedFile("artifact", "content");
        Files.setAttribute(cached, "unix:mode", 06751);
        Files.setLastModifiedTime(cached, LONG_AGO);
        Path staged = Files.createLink(root.resolve("artifact"), cached);

        assertThat(breaker.breakLinks("/")).isEqualTo(1);

        assertThat(Files.isSameFile(staged, cached)).isFalse();
        assertThat(staged).hasContent("content");
        assertThat(mode(staged)).isEqualTo(06751);
        assertThat(Files.getOwner(staged)).isEqualTo(Files.getOwner(cached));
        assertThat(Files.getLastModifiedTime(staged)).isEqualTo(LONG_AGO);
        assertThat(cached).hasContent("content");
        assertThat(mode(cached)).isEqualTo(06751);
        assertThat(links(cached)).isEqualTo(1);
    }

    /** Whatever this JVM's charset is: the names go from one listing to the next call as bytes. */
    @Test
    void breakLinks_namesThatAreNoText_areFound() throws Exception {
        Path cached = cachedFile("artifact", "content");
        String link = "bad=$(printf 'd\\377\\303\\244'); mkdir \"$1/$bad\" && ln \"$2\" \"$1/$bad/$bad\"";
        assertThat(new ProcessBuilder("/bin/sh", "-c", link, "sh", root.toString(), cached.toString())
                        .inheritIO()
                        .start()
                        .waitFor())
                .isZero();

        assertThat(breaker.breakLinks("/")).isEqualTo(1);

        assertThat(links(cached)).isEqualTo(1);
    }

    @Test
    void breakLinks_severalNamesInTheTree_stayLinkedWithEachOther() throws IOException {
        Path cached = cachedFile("artifact", "content");
        Files.createDirectories(root.resolve("a/b"));
        Path first = Files.createLink(root.resolve("first"), cached);
        Path second = Files.createLink(root.resolve("a/b/second"), cached);

        breaker.breakLinks("/");

        assertThat(Files.isSameFile(first, second)).isTrue();
        assertThat(links(first)).isEqualTo(2);
        assertThat(Files.isSameFile(first, cached)).isFalse();
    }

    @Test
    void breakLinks_linksWithinTheTreeOnly_areLeftAlone() throws IOException {
        Path first = Files.writeString(root.resolve("first"), "content");
        Object before = key(first);
        Files.createLink(root.resolve("second"), first);

        assertThat(breaker.breakLinks("/")).isZero();

        assertThat(key(first)).isEqualTo(before);
    }

    @Test
    void breakLinks_linkIntoAnotherPartOfTheTree_countsAsOutsideOfTheDirectory() throws IOException {
        Files.createDirectory(root.resolve("marked"));
        Path outside = Files.writeString(root.resolve("outside"), "content");
        Path inside = Files.createLink(root.resolve("marked/inside"), outside);

        assertThat(breaker.breakLinks("/marked")).isEqualTo(1);

        assertThat(Files.isSameFile(inside, outside)).isFalse();
    }

    @Test
    void breakLinks_again_doesNothing() throws IOException {
        Files.createLink(root.resolve("artifact"), cachedFile("artifact", "content"));
        breaker.breakLinks("/");

        assertThat(breaker.breakLinks("/")).isZero();
    }

    @Test
    void breakLinks_directory_keepsItsTimes() throws IOException {
        Path directory = Files.createDirectory(root.resolve("directory"));
        Files.createLink(directory.resolve("artifact"), cachedFile("artifact", "content"));
        Files.setLastModifiedTime(directory, LONG_AGO);

        breaker.breakLinks("/");

        assertThat(Files.getLastModifiedTime(directory)).isEqualTo(LONG_AGO);
    }

    @Test
    void breakLinks_linksToOutside_areNotFollowed() throws IOException {
        Path cached = cachedFile("artifact", "content");
        Files.createLink(cache.resolve("another name"), cached);
        Object before = key(cached);
        Files.createSymbolicLink(root.resolve("link"), cache);
        Files.createSymbolicLink(root.resolve("file link"), cached);

        assertThat(breaker.breakLinks("/")).isZero();

        assertThat(key(cached)).isEqualTo(before);
        assertThat(Files.readSymbolicLink(root.resolve("link"))).isEqualTo(cache);
    }

    @Test
    void breakLinks_extendedAttributes_areCopied() throws IOException {
        Path cached = cachedFile("artifact", "content");
        UserDefinedFileAttributeView attributes = attributes(cached);
        assumeTrue(attributes != null, "this file system has no extended attributes");
        attributes.write("origin", ByteBuffer.wrap(new byte[] {1, 0, 2}));
        Path staged = Files.createLink(root.resolve("artifact"), cached);

        breaker.breakLinks("/");

        ByteBuffer value = ByteBuffer.allocate(3);
        attributes(staged).read("origin", value);
        assertThat(value.array()).containsExactly(1, 0, 2);
    }

    @Test
    void breakLinks_fileWithHoles_keepsContentAndSize() throws IOException {
        Path cached = cache.resolve("sparse");
        try (var file = Files.newByteChannel(cached, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
            file.position(200_000).write(ByteBuffer.wrap("middle".getBytes(StandardCharsets.UTF_8)));
            file.position(5_000_000 - 1).write(ByteBuffer.wrap(new byte[1]));
        }
        Path staged = Files.createLink(root.resolve("sparse"), cached);

        breaker.breakLinks("/");

        assertThat(Files.mismatch(staged, cached)).isEqualTo(-1);
        assertThat(staged).hasSize(5_000_000);
    }

    @Test
    void breakLinks_emptyFile_staysEmpty() throws IOException {
        Path staged = Files.createLink(root.resolve("empty"), cachedFile("empty", ""));

        breaker.breakLinks("/");

        assertThat(staged).isEmptyFile();
        assertThat(links(staged)).isEqualTo(1);
    }

    @Test
    void breakLinks_nursery_isEmptyAfterwards() throws IOException {
        Files.createLink(root.resolve("artifact"), cachedFile("artifact", "content"));

        breaker.breakLinks("/");

        assertThat(temporary.resolve("nursery")).isEmptyDirectory();
    }

    private Path cachedFile(String name, String content) throws IOException {
        return Files.writeString(cache.resolve(name), content);
    }

    private static int mode(Path file) throws IOException {
        return (Integer) Files.getAttribute(file, "unix:mode") & 07777;
    }

    private static Object links(Path file) throws IOException {
        return Files.getAttribute(file, "unix:nlink");
    }

    private static Object key(Path file) throws IOException {
        return Files.getAttribute(file, "unix:ino", LinkOption.NOFOLLOW_LINKS);
    }

    private static UserDefinedFileAttributeView attributes(Path file) {
        return Files.getFileAttributeView(file, UserDefinedFileAttributeView.class);
    }
}
