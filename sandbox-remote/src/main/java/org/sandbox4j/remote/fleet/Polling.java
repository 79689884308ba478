package org.sandbox4j.remote.fleet;

import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.jspecify.annotations.Nullable;
import org.sandbox4j.protocol.Libraries;
import org.sandbox4j.protocol.Specifications;
import org.sandbox4j.remote.SandboxClient;

/**
 * Asks servers how they are, and has it recorded. What it returns comes with the answer and does not wait for the store. It fails
 * only when the client was closed.
 */
final class Polling {
    /** An answer, or nothing if there was none. */
    private record Answer<T>(@Nullable T value, boolean cancelled) {
        static <T> CompletableFuture<Answer<T>> to(CompletableFuture<T> call) {
            return call.handle((value, failure) -> new Answer<>(value, isCancelled(failure)));
        }

        private static boolean isCancelled(@Nullable Throwable failure) {
            return failure instanceof CancellationException
                    || (failure instanceof CompletionException && failure.getCause() instanceof CancellationException);
        }
    }

    private record Specs(Answer<Specifications> specifications, Answer<Libraries> libraries) {}

    private final SandboxClient client;
    private final PollGate gate;
    private final FleetTimer timer;
    private final FleetStore store;
    private final Recorder recorder;
    private final Catalog catalog;

    Polling(
            SandboxClient client,
            PollGate gate,
            FleetTimer timer,
            FleetStore store,
            Recorder recorder,
            Catalog catalog) {
        this.client = client;
        this.gate = gate;
        this.timer = timer;
        this.store = store;
        this.recorder = recorder;
        this.catalog = catalog;
    }

    CompletableFuture<Usage> usage(Member member, Runnable onReturn) {
        ServerEntry entry = member.entry();
        if (!entry.enabled()) {
            Usage usage = Usage.disabled(timer.now());
            record(member, entry, usage, onReturn);
            return CompletableFuture.completedFuture(usage);
        }
        return gate.enter(() -> Answer.to(client.at(entry.url()).usagesAsync())).thenApply(answer -> {
            if (answer.cancelled()) {
                throw new CancellationException("The fleet was closed.");
            }
            Instant now = timer.now();
            Usage usage = answer.value() == null ? Usage.unreached(now) : Usage.reached(now, answer.value());
            record(member, entry, usage, onReturn);
            return usage;
        });
    }

    /** One after the other, so that what is kept in memory and in the store is the same. */
    private void record(Member member, ServerEntry asked, Usage usage, Runnable onReturn) {
        boolean returned;
        synchronized (member) {
            if (!member.isStill(asked)) {
                return;
            }
            returned = member.takeUsage(usage);
            recorder.write(
                    () -> store.addUsage(asked.id(), usage),
                    () -> member.publish(new FleetEvent.UsagePolled(asked.id(), usage)));
        }
        if (returned) {
            onReturn.run();
        }
    }

    /** Tells whether there was nothing to be reached, or both calls succeeded. */
    CompletableFuture<Boolean> specs(Member member) {
        ServerEntry entry = member.entry();
        if (!entry.enabled()) {
            return CompletableFuture.completedFuture(true);
        }
        return gate.enter(() -> specs(member, entry)).thenApply(specs -> {
            if (specs.specifications().cancelled() || specs.libraries().cancelled()) {
                throw new CancellationException("The fleet was closed.");
            }
            record(
                    member,
                    entry,
                    specs.specifications().value(),
                    specs.libraries().value());
            return specs.specifications().value() != null && specs.libraries().value() != null;
        });
    }

    private CompletableFuture<Specs> specs(Member member, ServerEntry entry) {
        SandboxClient server = client.at(entry.url());
        long start = System.nanoTime();
        CompletableFuture<Specifications> specifications = server.specificationsAsync();
        CompletableFuture<?> unused =
                specifications.thenAccept(answer -> member.measured(Duration.ofNanos(System.nanoTime() - start)));
        return Answer.to(specifications).thenCombine(Answer.to(server.librariesAsync()), Specs::new);
    }

    private void record(
            Member member, ServerEntry asked, @Nullable Specifications answer, @Nullable Libraries libraries) {
        synchronized (member) {
            if (!member.isStill(asked)) {
                return;
            }
            Instant now = timer.now();
            SandboxSpecs sandbox = answer == null
                    ? member.sandbox().failed(now)
                    : member.sandbox().answered(now, answer);
            ContainerSpecs container = catalog.shared(container(member.container(), now, answer, libraries));
            member.takeSpecs(sandbox, container);
            recorder.write(
                    () -> store.saveSpecs(asked.id(), sandbox, container),
                    () -> member.publish(new FleetEvent.SpecsPolled(asked.id(), sandbox, container)));
        }
    }

    private static ContainerSpecs container(
            ContainerSpecs before, Instant now, @Nullable Specifications answer, @Nullable Libraries libraries) {
        if (answer == null) {
            return before.failed(now);
        }
        return libraries == null ? before.failed(now, answer) : before.answered(now, answer, libraries);
    }
}
