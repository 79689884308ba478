package org.sandbox4j;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class StdioTest {
    private static final Path LOG = Path.of("log");

    @Test
    void factories_withoutValues_giveEqualRecords() {
        assertThat(Stdio.inherit()).isEqualTo(new Stdio.Inherit());
        assertThat(Stdio.discard()).isEqualTo(new Stdio.Discard());
        assertThat(Stdio.pipe()).isEqualTo(new Stdio.Pipe());
    }

    @ParameterizedTest
    @ValueSource(longs = {0, 1, Stdio.MAX_CAPTURE})
    void capture_withinBounds_keepsTheLimit(long limit) {
        assertThat(Stdio.capture(limit)).isEqualTo(new Stdio.Capture(limit));
    }

    @ParameterizedTest
    @ValueSource(longs = {-1, Long.MIN_VALUE, Stdio.MAX_CAPTURE + 1, Long.MAX_VALUE})
    void capture_outOfBounds_isRefused(long limit) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Stdio.capture(limit))
                .withMessageContaining("not " + limit + ".");
    }

    @Test
    void maxCapture_always_fitsAnArray() {
        assertThat(Stdio.MAX_CAPTURE).isEqualTo(2_147_483_639L);
    }

    @Test
    void fileAndAppend_samePath_differ() {
        assertThat(Stdio.file(LOG)).isEqualTo(new Stdio.HostFile(LOG, false));
        assertThat(Stdio.append(LOG)).isEqualTo(new Stdio.HostFile(LOG, true));
        assertThat(Stdio.file(LOG)).isNotEqualTo(Stdio.append(LOG));
    }

    @Test
    void to_sameStream_isEqual() {
        OutputStream stream = new ByteArrayOutputStream();

        assertThat(Stdio.to(stream)).isEqualTo(Stdio.to(stream)).isNotEqualTo(Stdio.to(new ByteArrayOutputStream()));
    }

    @Test
    void from_stream_isKept() {
        InputStream stream = new ByteArrayInputStream(new byte[0]);

        assertThat(Stdio.from(stream)).isEqualTo(new Stdio.FromStream(stream));
    }

    @Test
    void bytes_arrayChangedAfterwards_isNotSeen() {
        byte[] content = {1, 2, 3};
        Stdio.Bytes bytes = (Stdio.Bytes) Stdio.bytes(content);

        content[0] = 9;

        assertThat(bytes.content()).containsExactly(1, 2, 3);
    }

    @Test
    void bytes_contentChanged_isNotSeen() {
        Stdio.Bytes bytes = (Stdio.Bytes) Stdio.bytes(new byte[] {1, 2, 3});

        bytes.content()[0] = 9;

        assertThat(bytes.content()).containsExactly(1, 2, 3);
    }

    @Test
    void bytes_toString_tellsTheSizeOnly() {
        assertThat(Stdio.bytes("secret".getBytes(StandardCharsets.UTF_8))).hasToString("Bytes[6 bytes]");
    }

    @Test
    void factories_null_areRefused() {
        assertThatNullPointerException().isThrownBy(() -> Stdio.file(null));
        assertThatNullPointerException().isThrownBy(() -> Stdio.append(null));
        assertThatNullPointerException().isThrownBy(() -> Stdio.to(null));
        assertThatNullPointerException().isThrownBy(() -> Stdio.from(null));
        assertThatNullPointerException().isThrownBy(() -> Stdio.bytes(null));
    }
}
