package org.sandbox4j.spi.files;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

@EnabledOnOs(OS.LINUX)
class UserKeyTest {
    @TempDir
    Path base;

    private static byte[] key(Path... places) {
        try {
            return UserKey.findOrMake(List.of(places)).orElseThrow();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Test
    void places_bestFirst() {
        Path last = Path.of("/var/tmp/sandbox4j-" + CurrentUser.uid());

        assertThat(UserKey.places(Map.of("user.home", "/home/a"), Map.of("XDG_STATE_HOME", "/state")))
                .containsExactly(Path.of("/state/sandbox4j"), Path.of("/home/a/.local/state/sandbox4j"), last);
        assertThat(UserKey.places(Map.of("user.home", "?"), Map.of("XDG_STATE_HOME", "relative")))
                .containsExactly(last);
        assertThat(UserKey.places(Map.of("sandbox4j.state", "/named", "user.home", "/home/a"), Map.of()))
                .containsExactly(Path.of("/named"));
    }

    @Test
    void findOrMake_again_isTheSameAndPrivate() throws Exception {
        Path place = base.resolve("a/b/state");

        assertThat(key(place)).hasSize(32).isEqualTo(key(place));
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(place)))
                .isEqualTo("rwx------");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(place.resolve("key"))))
                .isEqualTo("rw-------");
        try (var files = Files.list(place)) {
            assertThat(files).hasSize(1);
        }
    }

    @Test
    void findOrMake_manyAtOnce_agree() {
        Set<String> keys = ConcurrentHashMap.newKeySet();

        IntStream.range(0, 16).parallel().forEach(i -> keys.add(HexFormat.of().formatHex(key(base.resolve("state")))));

        assertThat(keys).hasSize(1);
    }

    @Test
    void findOrMake_unfitPlaces_takesTheNext() throws Exception {
        Path link = Files.createSymbolicLink(base.resolve("link"), Files.createDirectory(base.resolve("target")));
        Path open = Files.createDirectory(base.resolve("open"));
        Files.setPosixFilePermissions(open, PosixFilePermissions.fromString("rwxr-xr-x"));
        Path file = Files.createFile(base.resolve("file"));
        Path cut = base.resolve("cut");
        byte[] unused = key(cut);
        Files.write(cut.resolve("key"), new byte[5]);
        Path shared = base.resolve("shared");
        unused = key(shared);
        Files.setPosixFilePermissions(shared.resolve("key"), PosixFilePermissions.fromString("rw-r--r--"));

        byte[] key = key(link, open, file, file.resolve("below"), cut, shared, base.resolve("good"));

        assertThat(base.resolve("good/key")).hasBinaryContent(key);
        assertThat(base.resolve("target")).isEmptyDirectory();
    }

    @Test
    void findOrMake_homeOfAnotherUser_isLeftAlone() throws Exception {
        assumeTrue(CurrentUser.uid() == 0, "only root gives files away");
        Path home = Files.createDirectory(base.resolve("home"));
        Files.setAttribute(home, "unix:uid", 54_321);

        assertThat(UserKey.findOrMake(List.of(home.resolve(".local/state/sandbox4j"))))
                .isEmpty();
        assertThat(home).isEmptyDirectory();
    }

    /** The second and the first vector of RFC 4231. */
    @Test
    void hmac_vectorsOfTheStandard() throws IOException {
        assertThat(hmac("Jefe".getBytes(StandardCharsets.US_ASCII), "what do ya want for nothing?"))
                .isEqualTo("5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
        byte[] key = new byte[20];
        java.util.Arrays.fill(key, (byte) 0x0b);
        assertThat(hmac(key, "Hi There")).isEqualTo("b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7");
    }

    private static String hmac(byte[] key, String text) {
        return HexFormat.of().formatHex(HmacSha256.of(key, text.getBytes(StandardCharsets.US_ASCII)));
    }
}
