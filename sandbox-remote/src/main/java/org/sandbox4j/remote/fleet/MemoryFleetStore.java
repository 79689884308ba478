package org.sandbox4j.remote.fleet;

import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.TreeMap;
import java.util.UUID;
import java.util.stream.Stream;

/** A store in memory. Whatever goes beyond the retention leaves at once, except by age. */
final class MemoryFleetStore implements FleetStore {
    private static final long MAX_CHARACTERS = 32L << 20;

    private final Retention retention;
    private final Map<Long, Row> rows = new TreeMap<>();
    /** Newest first. */
    private final Deque<Request> requests = new ArrayDeque<>();

    private long characters;
    private long lastId;

    /** A server with what belongs to it, usages newest first. */
    private static final class Row {
        private final Deque<Usage> usages = new ArrayDeque<>();
        private ServerEntry entry;
        private SandboxSpecs sandbox = SandboxSpecs.UNKNOWN;
        private ContainerSpecs container = ContainerSpecs.UNKNOWN;
        private int requests;

        private Row(ServerEntry entry) {
            this.entry = entry;
        }
    }

    MemoryFleetStore(Retention retention) {
        this.retention = retention;
    }

    @Override
    public synchronized List<ServerEntry> servers() {
        return rows.values().stream().map(row -> row.entry).toList();
    }

    @Override
    public synchronized ServerEntry addServer(String name, URI url, boolean enabled) {
        ServerEntry entry = new ServerEntry(lastId + 1, name, url, enabled);
        checkUnique(entry);
        lastId++;
        rows.put(entry.id(), new Row(entry));
        return entry;
    }

    @Override
    public synchronized void updateServer(ServerEntry server) {
        checkUnique(server);
        row(server.id()).ifPresent(row -> row.entry = server);
    }

    private void checkUnique(ServerEntry server) {
        for (Row row : rows.values()) {
            if (row.entry.id() != server.id()) {
                row.entry.requireOther(server.name(), server.url());
            }
        }
    }

    @Override
    public synchronized void removeServer(long server) {
        if (rows.remove(server) == null) {
            return;
        }
        List<Request> kept = requests.stream()
                .map(request -> request.server().equals(OptionalLong.of(server)) ? request.withoutServer() : request)
                .toList();
        requests.clear();
        requests.addAll(kept);
    }

    private Optional<Row> row(long server) {
        return Optional.ofNullable(rows.get(server));
    }

    @Override
    public synchronized SandboxSpecs sandboxSpecs(long server) {
        return row(server).map(row -> row.sandbox).orElse(SandboxSpecs.UNKNOWN);
    }

    @Override
    public synchronized ContainerSpecs containerSpecs(long server) {
        return row(server).map(row -> row.container).orElse(ContainerSpecs.UNKNOWN);
    }

    @Override
    public synchronized void saveSpecs(long server, SandboxSpecs sandbox, ContainerSpecs container) {
        row(server).ifPresent(row -> {
            row.sandbox = sandbox.inMicros();
            row.container = container.inMicros();
        });
    }

    @Override
    public synchronized void addUsage(long server, Usage usage) {
        row(server).ifPresent(row -> {
            row.usages.addFirst(usage.inMicros());
            if (row.usages.size() > retention.usages()) {
                row.usages.removeLast();
            }
        });
    }

    @Override
    public synchronized List<Usage> usages(long server, Period period, int limit) {
        return usages(server, period).limit(limit).toList();
    }

    /** They may have come out of order. */
    private Stream<Usage> usages(long server, Period period) {
        return row(server).stream()
                .flatMap(row -> row.usages.stream())
                .filter(usage -> period.contains(usage.date()))
                .sorted(Comparator.comparing(Usage::date).reversed());
    }

    @Override
    public synchronized List<UsageSummary> usageSummaries(long server, Period period, Duration step) {
        return UsageSummary.of(usages(server, period).toList(), step);
    }

    @Override
    public synchronized Request addRequest(Request request) {
        boolean known = request.server().isPresent()
                && rows.containsKey(request.server().getAsLong());
        Request stored = (known ? request : request.withoutServer()).inMicros().withId(++lastId);
        Request kept = stored.shortened(retention.textLength());
        requests.addFirst(kept);
        characters += length(kept);
        rowOf(kept).ifPresent(row -> {
            if (++row.requests > retention.requests()) {
                removeOldestOf(kept.server());
            }
        });
        while (characters > MAX_CHARACTERS && requests.size() > 1) {
            forget(requests.removeLast());
        }
        return stored;
    }

    private Optional<Row> rowOf(Request request) {
        return request.server().isPresent() ? row(request.server().getAsLong()) : Optional.empty();
    }

    private void removeOldestOf(OptionalLong server) {
        for (Iterator<Request> oldest = requests.descendingIterator(); oldest.hasNext(); ) {
            Request request = oldest.next();
            if (request.server().equals(server)) {
                oldest.remove();
                forget(request);
                return;
            }
        }
    }

    private void forget(Request request) {
        characters -= length(request);
        rowOf(request).ifPresent(row -> row.requests--);
    }

    /** The characters of a request that may be many. */
    private static long length(Request request) {
        long length = request.traceback().length();
        length += request.config().commands().stream()
                .mapToLong(command -> command.line().length())
                .sum();
        length += request.config().environ().values().stream()
                .mapToLong(String::length)
                .sum();
        for (Response response : request.response().stream().toList()) {
            length += response.result().map(String::length).orElse(0);
            for (CommandResult result : response.execution()) {
                length += result.command().length()
                        + result.stdout().length()
                        + result.stderr().length();
            }
        }
        return length;
    }

    @Override
    public synchronized Optional<Request> request(long id) {
        return requests.stream().filter(request -> request.id() == id).findFirst();
    }

    @Override
    public synchronized List<Request> requests(RequestQuery query, int limit) {
        return requests.stream()
                .filter(query::matches)
                .sorted(Comparator.comparing(Request::date)
                        .thenComparing(Request::id)
                        .reversed())
                .limit(limit)
                .toList();
    }

    @Override
    public synchronized OptionalLong serverOf(UUID environment) {
        return requests.stream()
                .filter(request -> saved(request).equals(Optional.of(environment)))
                .flatMapToLong(request -> request.server().stream())
                .findFirst();
    }

    private static Optional<UUID> saved(Request request) {
        return request.response().flatMap(Response::environment).map(saved -> saved.id());
    }

    @Override
    public synchronized void clean(Instant now) {
        Instant oldest = now.minus(retention.age());
        for (Row row : rows.values()) {
            row.usages.removeIf(usage -> usage.date().isBefore(oldest));
        }
        List<Request> old = new ArrayList<>(requests);
        old.removeIf(request -> !request.date().isBefore(oldest));
        requests.removeIf(request -> request.date().isBefore(oldest));
        old.forEach(this::forget);
    }

    @Override
    public void close() {}
}
