package org.sandbox4j.local.launch;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** The bytes are a protocol: see the head of init.c. */
class InitPayloadTest {
    @Test
    void encode_everything_isAsTheProtocolSays() {
        Map<String, String> environment = new LinkedHashMap<>();
        environment.put("A", "1");
        environment.put("EMPTY", "");
        environment.put("B", "gr\u00fc\u00dfe\n=");
        Map<String, Integer> modes = new LinkedHashMap<>();
        modes.put("/tmp", 01777);
        modes.put("/dev/shm", 0700);
        InitPayload payload = new InitPayload(
                List.of("/bin/prog", "", "-x \n\"'"),
                environment,
                "/work dir",
                "/usr/bin:/bin",
                modes,
                List.of(new InitPayload.Identity("/", 0x1_0000_0001L, 42), new InitPayload.Identity("/mark", 2, -1)),
                new InitLimits(
                        List.of(new InitLimits.Limit(4, 0, 0), new InitLimits.Limit(0, 5, 6)),
                        Set.of(InitLimits.Watched.PROCESSES, InitLimits.Watched.SHARED_MEMORY)),
                Optional.empty(),
                Set.of());

        byte[] strings = ("/work dir\0/usr/bin:/bin\0/\0/mark\0/tmp\0/dev/shm\0/bin/prog\0\0-x \n\"'\0"
                        + "A=1\0EMPTY=\0B=gr\u00fc\u00dfe\n=\0")
                .getBytes(StandardCharsets.UTF_8);
        int size = 40 + 2 * 24 + 2 * 16 + 2 * 4 + strings.length;
        ByteBuffer expected = ByteBuffer.allocate(size).order(ByteOrder.LITTLE_ENDIAN);
        expected.put(new byte[] {'S', '4', 'J', '1'}).putInt(size).putInt(0).putInt(022);
        expected.putInt(2).putInt(2).putInt(2).putInt(3).putInt(3).putInt(0b101);
        expected.putInt(4).putInt(0).putLong(0).putLong(0);
        expected.putInt(0).putInt(0).putLong(5).putLong(6);
        expected.putLong(0x1_0000_0001L).putLong(42).putLong(2).putLong(-1);
        expected.putInt(01777).putInt(0700).put(strings);
        assertThat(payload.encode()).isEqualTo(expected.array());
    }

    @Test
    void encode_terminalAndPersonality_setFlagsAndAddSizeAndModes() {
        byte[] modes = new byte[36];
        modes[35] = 7;
        InitPayload payload = new InitPayload(
                List.of("x"),
                Map.of(),
                "/",
                "",
                Map.of("/tmp", 01777),
                List.of(),
                InitLimits.defaults(),
                Optional.of(new TerminalSettings(0x0102, 0xfffe, modes)),
                Set.of(InitPayload.Option.LINUX32));

        ByteBuffer encoded = ByteBuffer.wrap(payload.encode()).order(ByteOrder.LITTLE_ENDIAN);
        int terminal = 40 + 24 + 4;
        assertThat(encoded.getInt(4)).isEqualTo(terminal + 40 + "/\0\0/tmp\0x\0".length());
        assertThat(encoded.getInt(8)).isEqualTo(1 | 8);
        assertThat(encoded.getShort(terminal)).isEqualTo((short) 0x0102);
        assertThat(encoded.getShort(terminal + 2)).isEqualTo((short) 0xfffe);
        assertThat(encoded.get(terminal + 39)).isEqualTo((byte) 7);
        assertThat(encoded.get(terminal + 40)).isEqualTo((byte) '/');
    }

    @Test
    void encode_theLeast_hasNothingLeftOver() {
        byte[] payload = new InitPayload(List.of("x"), Map.of(), "/", "", Map.of(), List.of()).encode();

        assertThat(payload).hasSize(40 + 24 + "/\0\0x\0".length()).endsWith('/', 0, 0, 'x', 0);
        assertThat(ByteBuffer.wrap(payload).order(ByteOrder.LITTLE_ENDIAN).getInt(4))
                .isEqualTo(payload.length);
    }

    @Test
    void encode_directoryMoves_areAFlag() {
        InitPayload payload = new InitPayload(
                List.of("x"),
                Map.of(),
                "/",
                "",
                Map.of(),
                List.of(),
                InitLimits.defaults(),
                Optional.empty(),
                Set.of(InitPayload.Option.MOVES_DIRECTORIES));

        assertThat(ByteBuffer.wrap(payload.encode())
                        .order(ByteOrder.LITTLE_ENDIAN)
                        .getInt(8))
                .isEqualTo(4);
    }
}
