package org.sandbox4j.local.launch;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class InitMessageTest {
    @Test
    void decode_started_tellsThePid() {
        assertThat(InitMessage.decode(message(1, 7, "").array())).contains(new InitMessage.Started(7));
    }

    @Test
    void decode_failed_tellsStageErrorAndPath() {
        assertThat(InitMessage.decode(message(2, 9, "/bin/prog", 2, 1).array()))
                .contains(new InitMessage.Failed(InitMessage.Stage.EXEC, 2, 1, "/bin/prog"));
        assertThat(InitMessage.decode(message(2, 1, "", 22).array()))
                .contains(new InitMessage.Failed(InitMessage.Stage.PAYLOAD, 22, 0, ""));
        assertThat(InitMessage.decode(message(2, 10, "gr\u00fc\u00dfe", 24).array()))
                .contains(new InitMessage.Failed(InitMessage.Stage.DESCRIPTORS, 24, 0, "gr\u00fc\u00dfe"));
    }

    @Test
    void decode_textWithoutEnd_isTakenWhole() {
        String path = "p".repeat(256);

        assertThat(InitMessage.decode(message(2, 4, path, 0, 3).array()))
                .contains(new InitMessage.Failed(InitMessage.Stage.CHECK, 0, 3, path));
    }

    @Test
    void decode_ended_tellsStatusAndUsage() {
        InitMessage.Ended ended =
                (InitMessage.Ended) InitMessage.decode(message(3, 0x2a00, "", 1_500_000, 20, 2_048, 3_000_000_001L)
                                .array())
                        .orElseThrow();

        assertThat(ended.exited()).isTrue();
        assertThat(ended.exitCode()).isEqualTo(42);
        assertThat(ended.user()).isEqualTo(Duration.ofMillis(1_500));
        assertThat(ended.system()).isEqualTo(Duration.ofNanos(20_000));
        assertThat(ended.peakMemory()).isEqualTo(2_048 * 1024);
        assertThat(ended.wall()).isEqualTo(Duration.ofNanos(3_000_000_001L));
    }

    /** 0x80 says that a core was dumped. */
    @ParameterizedTest
    @ValueSource(ints = {9, 9 | 0x80})
    void decode_endedBySignal_tellsIt(int status) {
        InitMessage.Ended ended = (InitMessage.Ended)
                InitMessage.decode(message(3, status, "").array()).orElseThrow();

        assertThat(ended.exited()).isFalse();
        assertThat(ended.signal()).isEqualTo(9);
    }

    @Test
    void decode_highestExitCode_isNotNegative() {
        InitMessage.Ended ended = (InitMessage.Ended)
                InitMessage.decode(message(3, 0xff00, "").array()).orElseThrow();

        assertThat(ended.exitCode()).isEqualTo(255);
    }

    @Test
    void decode_usedUp_isASet() {
        InitMessage.Ended ended = (InitMessage.Ended)
                InitMessage.decode(message(3, 0x100, "", 0, 0, 0, 0, 0b110).array())
                        .orElseThrow();

        assertThat(ended.usedUp()).containsExactly(InitLimits.Watched.TMP, InitLimits.Watched.SHARED_MEMORY);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 4, -1})
    void decode_unknownType_isNoMessage(int type) {
        assertThat(InitMessage.decode(message(type, 1, "").array())).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 12, -1})
    void decode_unknownStage_isNoMessage(int stage) {
        assertThat(InitMessage.decode(message(2, stage, "").array())).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 7, 319, 320, 321, 960})
    void reader_piecesOfAnySize_putsMessagesTogether(int piece) {
        byte[] stream = ByteBuffer.allocate(960)
                .put(message(1, 5, "").array())
                .put(message(9, 0, "no message").array())
                .put(message(3, 0x100, "").array())
                .array();
        List<InitMessage> messages = new ArrayList<>();
        MessageReader reader = new MessageReader(messages::add);

        byte[] chunk = new byte[piece];
        for (int done = 0; done < stream.length; done += piece) {
            int length = Math.min(piece, stream.length - done);
            System.arraycopy(stream, done, chunk, 0, length);
            reader.accept(chunk, length);
        }

        assertThat(messages).hasSize(2);
        assertThat(messages.get(0)).isEqualTo(new InitMessage.Started(5));
        assertThat(messages.get(1))
                .isInstanceOfSatisfying(
                        InitMessage.Ended.class,
                        ended -> assertThat(ended.exitCode()).isEqualTo(1));
    }

    private static ByteBuffer message(int type, int a, String text, long... values) {
        ByteBuffer message = ByteBuffer.allocate(InitMessage.SIZE).order(ByteOrder.LITTLE_ENDIAN);
        message.putInt(type).putInt(a);
        for (long value : values) {
            message.putLong(value);
        }
        message.position(64).put(text.getBytes(StandardCharsets.UTF_8));
        return message;
    }
}
