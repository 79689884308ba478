package org.sandbox4j.remote.fleet;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class MemoryFleetStoreTest extends FleetStoreContract {
    @Override
    protected FleetStore open(Retention retention) {
        return FleetStore.memory(retention);
    }

    /** Databases do that when they are told to clean up. */
    @Test
    void tooMany_leaveAtOnce() {
        FleetStore store = open(RETENTION);
        long id = store.addServer("a", url("a"), true).id();
        for (int second = 0; second < 5; second++) {
            store.addUsage(id, Usage.unreached(NOW.plusSeconds(second)));
            store.addRequest(Requests.failed(id, "alice", NOW.plusSeconds(second)));
        }
        assertThat(store.usages(id, Period.ALL, 10)).hasSize(RETENTION.usages());
        assertThat(store.requests(RequestQuery.ALL, 10)).hasSize(RETENTION.requests());
    }
}
