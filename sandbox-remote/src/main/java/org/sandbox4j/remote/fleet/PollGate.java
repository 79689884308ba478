package org.sandbox4j.remote.fleet;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;

/** Lets in only so many calls at a time. The others wait in the order in which they came, without a thread. */
final class PollGate {
    private final Deque<Runnable> waiting = new ArrayDeque<>();
    private int free;
    private boolean lettingIn;

    PollGate(int places) {
        free = places;
    }

    /** Makes a call when there is a place. A call that throws has failed. */
    <T> CompletableFuture<T> enter(Supplier<CompletableFuture<T>> call) {
        CompletableFuture<T> result = new CompletableFuture<>();
        synchronized (this) {
            waiting.add(() -> begin(call, result));
        }
        letIn();
        return result;
    }

    private <T> void begin(Supplier<CompletableFuture<T>> call, CompletableFuture<T> result) {
        CompletableFuture<T> running;
        try {
            running = call.get();
        } catch (RuntimeException e) {
            running = CompletableFuture.failedFuture(e);
        }
        CompletableFuture<?> unused = running.whenComplete((value, failure) -> {
            leave();
            if (failure == null) {
                result.complete(value);
            } else {
                result.completeExceptionally(failure);
            }
        });
    }

    private void leave() {
        synchronized (this) {
            free++;
        }
        letIn();
    }

    /** A loop and not a recursion, for calls that end at once. Who finds it running leaves the rest to it. */
    private void letIn() {
        synchronized (this) {
            if (lettingIn) {
                return;
            }
            lettingIn = true;
        }
        for (Optional<Runnable> next = next(); next.isPresent(); next = next()) {
            next.get().run();
        }
    }

    private synchronized Optional<Runnable> next() {
        if (free == 0 || waiting.isEmpty()) {
            lettingIn = false;
            return Optional.empty();
        }
        free--;
        return Optional.of(waiting.remove());
    }
}
