package org.sandbox4j.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class OutputTotalTest {
    private final HeapShare memory = new HeapShare(1000);

    private static OutputTotal total(HeapShare.Part part, long bytes) {
        return new OutputTotal(new RequestLimits(1, bytes), part);
    }

    private static void write(KeptOutput output, String text) {
        output.write(text.getBytes(StandardCharsets.UTF_8), 0, text.length());
    }

    @Test
    void outputs_ofOneRequest_shareItsTotal() {
        OutputTotal total = total(memory.part(), 10);
        KeptOutput first = new KeptOutput(total, 100);
        KeptOutput second = new KeptOutput(total, 100);
        write(first, "seven x");
        write(second, "five5");
        write(first, "none");
        assertThat(second.output().text()).isEqualTo("fiv");
        assertThat(second.output().totalBytes()).isEqualTo(5);
        assertThat(first.output().text()).isEqualTo("seven x");
        assertThat(first.output().totalBytes()).isEqualTo(11);
        assertThat(first.isCut()).isTrue();
        assertThat(second.isCut()).isTrue();
    }

    @Test
    void output_withALimitOfItsOwn_isNotCutByTheTotal() {
        KeptOutput output = new KeptOutput(total(memory.part(), 10), 3);
        write(output, "four");
        assertThat(output.output().text()).isEqualTo("fou");
        assertThat(output.isCut()).isFalse();
        assertThat(memory.used()).isEqualTo(3);
    }

    @Test
    void outputs_ofSeveralRequests_shareTheMemoryUntilTheyAreAnswered() {
        HeapShare.Part first = memory.part();
        write(new KeptOutput(total(first, 5000), 5000), "x".repeat(900));
        KeptOutput cut = new KeptOutput(total(memory.part(), 5000), 5000);
        write(cut, "x".repeat(900));
        assertThat(cut.output().bytes()).hasSize(100);
        assertThat(memory.used()).isEqualTo(1000);
        first.close();
        assertThat(memory.used()).isEqualTo(100);
        KeptOutput whole = new KeptOutput(total(memory.part(), 5000), 5000);
        write(whole, "x".repeat(900));
        assertThat(whole.isCut()).isFalse();
    }

    @Test
    void controlCharacters_costWhatTheyBecomeInJson() {
        KeptOutput output = new KeptOutput(total(memory.part(), 5000), 5000);
        write(output, "\0".repeat(500));
        assertThat(output.output().bytes()).hasSize(1000 / 6);
        assertThat(memory.used()).isLessThanOrEqualTo(1000);
    }

    @Test
    void texts_thatDoNotFit_areRefusedAndHoldNothing() {
        try (HeapShare.Part held = memory.part()) {
            held.takeAll(600);
            assertThatThrownBy(() -> memory.part().takeAll(500))
                    .isInstanceOfSatisfying(
                            Refusal.class,
                            refusal -> assertThat(refusal.answer().status()).isEqualTo(503));
            assertThatThrownBy(() -> memory.part().takeAll(1001))
                    .isInstanceOfSatisfying(
                            Refusal.class,
                            refusal -> assertThat(refusal.answer().status()).isEqualTo(413));
            assertThat(memory.used()).isEqualTo(600);
        }
        assertThat(memory.used()).isZero();
    }
}
