package org.sandbox4j.remote.fleet;

import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.UUID;

/** A store in memory of which tests change something. */
class StoreView implements FleetStore {
    private final FleetStore store = FleetStore.memory();

    @Override
    public List<ServerEntry> servers() {
        return store.servers();
    }

    @Override
    public ServerEntry addServer(String name, URI url, boolean enabled) {
        return store.addServer(name, url, enabled);
    }

    @Override
    public void updateServer(ServerEntry server) {
        store.updateServer(server);
    }

    @Override
    public void removeServer(long server) {
        store.removeServer(server);
    }

    @Override
    public SandboxSpecs sandboxSpecs(long server) {
        return store.sandboxSpecs(server);
    }

    @Override
    public ContainerSpecs containerSpecs(long server) {
        return store.containerSpecs(server);
    }

    @Override
    public void saveSpecs(long server, SandboxSpecs sandbox, ContainerSpecs container) {
        store.saveSpecs(server, sandbox, container);
    }

    @Override
    public void addUsage(long server, Usage usage) {
        store.addUsage(server, usage);
    }

    @Override
    public List<Usage> usages(long server, Period period, int limit) {
        return store.usages(server, period, limit);
    }

    @Override
    public List<UsageSummary> usageSummaries(long server, Period period, Duration step) {
        return store.usageSummaries(server, period, step);
    }

    @Override
    public Request addRequest(Request request) {
        return store.addRequest(request);
    }

    @Override
    public Optional<Request> request(long id) {
        return store.request(id);
    }

    @Override
    public List<Request> requests(RequestQuery query, int limit) {
        return store.requests(query, limit);
    }

    @Override
    public OptionalLong serverOf(UUID environment) {
        return store.serverOf(environment);
    }

    @Override
    public void clean(Instant now) {
        store.clean(now);
    }

    @Override
    public void close() {
        store.close();
    }
}
