package org.sandbox4j.server;

import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import org.jspecify.annotations.Nullable;

/** Does long work once for all who ask for its result at the same time, and little of it at once. Thread-safe. */
final class SharedWork<K, V> {
    private final Slots gate;
    // Guarded by this.
    private final Map<K, CompletableFuture<V>> going = new HashMap<>();

    /** Makes it with a gate, which others may pass, too. */
    SharedWork(Slots gate) {
        this.gate = gate;
    }

    /**
     * Does the work, or waits for whoever does it already.
     *
     * @throws Refusal if there is too much to do
     */
    V get(K key, Slots.Work<V> work) throws Exception {
        CompletableFuture<V> mine = new CompletableFuture<>();
        CompletableFuture<V> first;
        synchronized (this) {
            first = going.putIfAbsent(key, mine);
        }
        return first == null ? run(key, work, mine) : join(first);
    }

    private V run(K key, Slots.Work<V> work, CompletableFuture<V> mine) throws Exception {
        @Nullable Throwable failure = null;
        try {
            V result = gate.run(work);
            mine.complete(result);
            return result;
        } catch (Exception | Error e) {
            failure = e;
            throw e;
        } finally {
            synchronized (this) {
                going.remove(key);
            }
            // Also after an interrupt, or those who wait here would wait for ever.
            if (failure != null) {
                mine.completeExceptionally(failure);
            }
        }
    }

    private V join(CompletableFuture<V> first) throws Exception {
        try {
            return first.get();
        } catch (ExecutionException e) {
            throw e.getCause() instanceof Refusal refusal ? refusal : Refusal.serverError(String.valueOf(e.getCause()));
        }
    }
}
