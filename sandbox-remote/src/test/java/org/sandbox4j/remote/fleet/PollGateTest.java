package org.sandbox4j.remote.fleet;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

class PollGateTest {
    private final List<CompletableFuture<Integer>> begun = new ArrayList<>();

    private CompletableFuture<Integer> begin() {
        CompletableFuture<Integer> call = new CompletableFuture<>();
        begun.add(call);
        return call;
    }

    @Test
    void enter_letsInNoMoreThanThereArePlaces() {
        PollGate gate = new PollGate(2);
        List<CompletableFuture<Integer>> results = new ArrayList<>();
        for (int i = 0; i < 5; i++) {
            results.add(gate.enter(this::begin));
        }
        assertThat(begun).hasSize(2);
        begun.get(1).complete(7);
        assertThat(results.get(1)).isCompletedWithValue(7);
        assertThat(begun).hasSize(3);
        begun.get(0).completeExceptionally(new IllegalStateException());
        assertThat(results.get(0)).isCompletedExceptionally();
        assertThat(begun).hasSize(4);
    }

    @Test
    void enter_callThatThrows_hasFailedAndLeft() {
        PollGate gate = new PollGate(1);
        assertThat(gate.enter(() -> {
                    throw new IllegalStateException("closed");
                }))
                .isCompletedExceptionally();
        assertThat(gate.enter(() -> CompletableFuture.completedFuture(1))).isCompletedWithValue(1);
    }

    /** A recursion would not get that deep. */
    @Test
    void enter_manyCallsThatEndAtOnce_areDoneInALoop() {
        PollGate gate = new PollGate(1);
        CompletableFuture<Integer> first = gate.enter(this::begin);
        CompletableFuture<Integer> last = first;
        for (int i = 0; i < 100_000; i++) {
            int number = i;
            last = gate.enter(() -> CompletableFuture.completedFuture(number));
        }
        begun.get(0).complete(0);
        assertThat(last).isCompletedWithValue(99_999);
    }
}
