package org.sandbox4j.remote.fleet;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.UUID;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import org.sandbox4j.protocol.ExecuteRequest;
import org.sandbox4j.protocol.ExecuteResponse;
import org.sandbox4j.remote.SandboxClient;
import org.sandbox4j.remote.ServerException;
import org.sandbox4j.remote.Upload;

/** Sends requests to servers, and records each of them once, whatever becomes of it. */
final class Dispatcher {
    /** How many servers a request is sent to at most. */
    static final int MAX_SERVERS = 8;

    /** What is asked for. */
    private record Order(
            Instant date, long end, Optional<String> user, ExecuteRequest config, Optional<Upload> environment) {
        Duration rest() {
            return Duration.ofNanos(Math.max(1, end - System.nanoTime()));
        }
    }

    private final SandboxClient client;
    private final Duration deadline;
    private final FleetTimer timer;
    private final FleetStore store;
    private final EventHub hub;
    private final Roster roster;
    private final Picker picker;
    private final BooleanSupplier polled;

    Dispatcher(
            SandboxClient client,
            Duration deadline,
            FleetTimer timer,
            FleetStore store,
            EventHub hub,
            Roster roster,
            Picker picker,
            BooleanSupplier polled) {
        this.client = client;
        this.deadline = deadline;
        this.timer = timer;
        this.store = store;
        this.hub = hub;
        this.roster = roster;
        this.picker = picker;
        this.polled = polled;
    }

    Request toOne(Member member, Optional<String> user, ExecuteRequest config, Optional<Upload> environment)
            throws InterruptedException {
        Order order = order(user, config, environment);
        Trail trail = new Trail(order);
        patiently(member, trail);
        return trail.recorded();
    }

    Request toAny(Optional<String> user, ExecuteRequest config, Optional<Upload> environment, Requirements requirements)
            throws InterruptedException {
        Order order = order(user, config, environment);
        Trail trail = new Trail(order);
        Optional<Member> holder = config.environment().flatMap(this::holder);
        if (holder.isPresent()) {
            patiently(holder.get(), trail);
        } else {
            untilOneTakesIt(trail, requirements);
        }
        return trail.recorded();
    }

    Optional<Member> holder(UUID environment) {
        OptionalLong server = store.serverOf(environment);
        return server.isPresent() ? roster.member(server.getAsLong()) : Optional.empty();
    }

    private Order order(Optional<String> user, ExecuteRequest config, Optional<Upload> environment) {
        Request.checkUser(user);
        return new Order(timer.now(), System.nanoTime() + deadline.toNanos(), user, config, environment);
    }

    /** Waits for a place there, as the client does. */
    private void patiently(Member member, Trail trail) throws InterruptedException {
        if (member.isRemoved()) {
            throw new IllegalStateException("The server '" + member.entry().name() + "' was removed from its fleet.");
        }
        picker.take(member);
        send(member, client, trail);
    }

    private void untilOneTakesIt(Trail trail, Requirements requirements) throws InterruptedException {
        Set<Member> tried = new HashSet<>();
        @Nullable Member full = null;
        Optional<Member> next = picker.take(requirements, tried);
        if (next.isEmpty()) {
            trail.noServer(requirements);
        }
        while (next.isPresent()) {
            Member member = next.get();
            tried.add(member);
            Attempt attempt = send(member, client.once(), trail);
            if (!attempt.elsewhere()) {
                return;
            }
            if (full == null && attempt.overloaded()) {
                full = member;
            }
            next = tried.size() < MAX_SERVERS && trail.hasTime() ? picker.take(requirements, tried) : Optional.empty();
        }
        if (full != null && trail.hasTime()) {
            patiently(full, trail);
        }
    }

    /** The member has been taken, and is released here. */
    private Attempt send(Member member, SandboxClient patience, Trail trail) throws InterruptedException {
        ServerEntry entry = member.entry();
        try {
            Attempt attempt = entry.enabled()
                    ? answer(member, entry, patience, trail)
                    : Attempt.notSent(entry, ServerDisabledException.message(entry.name()));
            trail.add(entry, attempt);
            return attempt;
        } finally {
            member.released();
        }
    }

    private Attempt answer(Member member, ServerEntry entry, SandboxClient patience, Trail trail)
            throws InterruptedException {
        Order order = trail.order;
        long start = System.nanoTime();
        try {
            SandboxClient server = patience.within(order.rest()).at(entry.url());
            ExecuteResponse answer = order.environment().isPresent()
                    ? server.execute(order.config(), order.environment().get())
                    : server.execute(order.config());
            if (order.environment().isEmpty()) {
                member.measured(Duration.ofNanos(System.nanoTime() - start).minus(answer.totalTime()));
            }
            return Attempt.answered(Response.of(answer));
        } catch (InterruptedException e) {
            trail.add(entry, Attempt.notSent(entry, "interrupted: the caller no longer waits; the commands may run."));
            try {
                trail.recorded();
            } catch (FleetStoreException notRecorded) {
                e.addSuppressed(notRecorded);
            }
            throw e;
        } catch (RuntimeException e) {
            learn(member, e);
            return Attempt.failed(entry, e);
        }
    }

    private void learn(Member member, RuntimeException failure) {
        if (failure instanceof ServerException known) {
            if (known.reason().equals("unreachable") && polled.getAsBoolean()) {
                member.unreached();
            } else if (known.reason().equals("overloaded")) {
                member.full();
            }
        }
    }

    /** What has happened to a request so far. */
    private final class Trail {
        private final Order order;
        private final List<String> lines = new ArrayList<>();
        private OptionalLong server = OptionalLong.empty();
        private Optional<Response> response = Optional.empty();

        private Trail(Order order) {
            this.order = order;
        }

        private boolean hasTime() {
            return order.end() - System.nanoTime() > 0;
        }

        private void add(ServerEntry asked, Attempt attempt) {
            server = OptionalLong.of(asked.id());
            response = attempt.response();
            if (response.isEmpty()) {
                lines.add(attempt.line());
            }
        }

        private void noServer(Requirements requirements) {
            long enabled = roster.members().stream()
                    .filter(member -> member.entry().enabled())
                    .count();
            lines.add("There is no server for it: of " + roster.members().size() + " servers, " + enabled
                    + " are enabled, and none of these is reached and meets " + requirements + ".");
        }

        /** Once it is stored, it is told of. */
        private Request recorded() {
            Request request = response.isPresent()
                    ? Request.answered(server.orElseThrow(), order.user(), order.date(), order.config(), response.get())
                    : Request.failed(server, order.user(), order.date(), order.config(), String.join("\n", lines));
            Request stored;
            try {
                stored = store.addRequest(request);
            } catch (RuntimeException e) {
                throw FleetStoreException.notRecorded(request, e);
            }
            hub.publish(new FleetEvent.RequestRecorded(stored));
            return stored;
        }
    }
}
