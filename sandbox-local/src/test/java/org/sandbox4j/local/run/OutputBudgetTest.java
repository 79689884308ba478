package org.sandbox4j.local.run;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.OptionalLong;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.sandbox4j.Stdio;

class OutputBudgetTest {
    private final AtomicInteger exceeded = new AtomicInteger();

    @Test
    void take_exactlyTheLimit_isNoExcess() {
        OutputBudget budget = budget(10);

        assertThat(budget.take(4)).isEqualTo(4);
        assertThat(budget.take(6)).isEqualTo(6);
        assertThat(exceeded).hasValue(0);
    }

    @Test
    void take_more_passesWhatIsLeftAndEndsTheRun() {
        OutputBudget budget = budget(10);

        assertThat(budget.take(8)).isEqualTo(8);
        assertThat(budget.take(8)).isEqualTo(2);
        assertThat(exceeded).hasValue(1);
        assertThat(budget.take(8)).isZero();
    }

    @Test
    void take_withoutLimit_passesEverything() {
        assertThat(OutputBudget.of(OptionalLong.empty()).take(1 << 30)).isEqualTo(1 << 30);
    }

    /** What a command had written before it ended is not withheld from a caller who reads late. */
    @Test
    void take_runEndedOtherwise_passesTheRest() {
        OutputBudget budget = OutputBudget.of(OptionalLong.of(3));
        budget.onExceeded(() -> false);

        assertThat(budget.take(5)).isEqualTo(5);
    }

    @Test
    void input_overTheLimit_endsThere() throws IOException {
        BudgetedInput input = new BudgetedInput(new ByteArrayInputStream(new byte[100]), budget(30));

        assertThat(input.read()).isZero();
        assertThat(input.skip(9)).isEqualTo(9);
        assertThat(input.readAllBytes()).hasSize(20);
        assertThat(input.read()).isEqualTo(-1);
    }

    @Test
    void sinks_shareTheLimit() {
        OutputBudget budget = budget(5);
        ByteArrayOutputStream first = new ByteArrayOutputStream();
        OutputSink capture = OutputSink.open(Stdio.capture(100), first, budget);
        OutputSink stream = OutputSink.open(Stdio.to(first), first, budget);

        capture.accept(new byte[3], 3);
        stream.accept(new byte[3], 3);
        capture.accept(new byte[3], 3);

        assertThat(capture.captured().bytes()).hasSize(3);
        assertThat(capture.captured().truncated()).isTrue();
        assertThat(first.size()).isEqualTo(2);
    }

    private OutputBudget budget(long limit) {
        OutputBudget budget = OutputBudget.of(OptionalLong.of(limit));
        budget.onExceeded(() -> exceeded.incrementAndGet() > 0);
        return budget;
    }
}
