package org.sandbox4j.protocol.tree;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FileNamesTest {
    @TempDir
    private Path directory;

    @Test
    void decode_bytesThatAreNoUtf8_areSurrogates() {
        byte[] bytes = {'a', (byte) 0xFF, (byte) 0xC3, (byte) 0xA9, (byte) 0xE2, (byte) 0x82, 'b', (byte) 0xC3};
        assertThat(FileNames.decode(bytes)).isEqualTo("a\uDCFF\u00E9\uDCE2\uDC82b\uDCC3");
    }

    @Test
    void encode_ofDecoded_givesAnyBytesBack() {
        Random random = new Random(1);
        for (int i = 0; i < 20_000; i++) {
            byte[] bytes = new byte[random.nextInt(12)];
            random.nextBytes(bytes);
            String text = FileNames.decode(bytes);
            assertThat(FileNames.encode(text)).isEqualTo(bytes);
            assertThat(FileNames.isText(text)).isTrue();
            assertThat(FileNames.isUtf8(text))
                    .isEqualTo(FileNames.decodeStrictly(bytes).isPresent());
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"\uD83D", "a\uDC00", "\uDC7F", "\uDCC3\uDCA9", "\uDD00b"})
    void isText_otherHalvesOrEscapedUtf8_isFalse(String text) {
        assertThat(FileNames.isText(text)).isFalse();
    }

    @ParameterizedTest
    @ValueSource(strings = {"a", "\uDCFF\uDCFE", "d\uDCFF/\uDCFE", "/\uDCFF", "\u00E9\uDCFF", "\uD83D\uDC80"})
    void path_ofText_isThatPath(String text) {
        assertThat(FileNames.text(FileNames.path(text))).isEqualTo(text);
    }

    @Test
    void path_ofAnEscape_isTheByte() throws Exception {
        Files.createDirectory(directory.resolve(FileNames.path("d\uDCFF")));
        Process list = new ProcessBuilder("ls", directory.toString()).start();
        assertThat(list.getInputStream().readAllBytes()).isEqualTo(new byte[] {'d', (byte) 0xFF, '\n'});
        assertThat(FileNames.text(directory.resolve(FileNames.path("d\uDCFF")))).endsWith("/d\uDCFF");
    }

    @Test
    void deletionList_keepsAnyName() throws Exception {
        Files.writeString(directory.resolve(FileNames.path("\uDCFF")), "");
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        DeletionList.write(List.of("\uDCFF", "\u00E9"), out);
        assertThat(out.toString(StandardCharsets.ISO_8859_1)).isEqualTo("\u00FF\0\u00C3\u00A9\0");
        List<String> read = DeletionList.read(new ByteArrayInputStream(out.toByteArray()));
        assertThat(read).containsExactly("\uDCFF", "\u00E9");
        DeletionList.apply(read, directory);
        assertThat(directory).isEmptyDirectory();
    }

    @Test
    void snapshot_tellsChangesOfAnyName() throws Exception {
        Path file = directory.resolve(FileNames.path("\uDCFE"));
        Files.writeString(file, "old");
        TreeSnapshot before = TreeSnapshot.of(directory);
        before.awaitNextTick();
        Files.writeString(file, "new");
        Files.writeString(directory.resolve(FileNames.path("\uDCFD")), "");
        assertThat(before.untilNow().changed()).containsExactlyInAnyOrder("\uDCFE", "\uDCFD");
        assertThat(before.withChanged(List.of("\uDCFE", "\uDCFD")).untilNow().isEmpty())
                .isTrue();
    }
}
