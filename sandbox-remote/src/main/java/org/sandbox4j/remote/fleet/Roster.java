package org.sandbox4j.remote.fleet;

import java.net.URI;
import java.util.Collection;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.function.UnaryOperator;

/** The servers of a fleet, in memory and in its store. Changes come one after the other; reading never waits for them. */
final class Roster {
    private final FleetStore store;
    private final EventHub hub;
    private final Catalog catalog;
    private final Map<Long, Member> members = new ConcurrentSkipListMap<>();

    Roster(FleetStore store, EventHub hub, Catalog catalog) {
        this.store = store;
        this.hub = hub;
        this.catalog = catalog;
        for (ServerEntry entry : store.servers()) {
            Member member = new Member(entry, hub, catalog);
            member.remember(
                    store.sandboxSpecs(entry.id()),
                    catalog.shared(store.containerSpecs(entry.id())),
                    store.usages(entry.id(), Period.ALL, 1).stream().findFirst());
            members.put(entry.id(), member);
        }
    }

    /** By number. */
    Collection<Member> members() {
        return members.values();
    }

    Optional<Member> member(long id) {
        return Optional.ofNullable(members.get(id));
    }

    synchronized Member add(String name, URI url, boolean enabled) {
        ServerEntry entry = store.addServer(ServerFields.name(name), ServerFields.url(url), enabled);
        Member member = new Member(entry, hub, catalog);
        members.put(entry.id(), member);
        member.publish(new FleetEvent.ServerChanged(entry));
        return member;
    }

    /** Tells whether there was something to change. */
    synchronized boolean change(Member member, UnaryOperator<ServerEntry> change) {
        ServerEntry before = member.entry();
        if (member.isRemoved()) {
            throw new IllegalStateException("The server '" + before.name() + "' was removed from its fleet.");
        }
        ServerEntry after = change.apply(before);
        if (after.equals(before)) {
            return false;
        }
        store.updateServer(after);
        member.change(after);
        return true;
    }

    synchronized void remove(Member member) {
        if (!member.isRemoved()) {
            store.removeServer(member.entry().id());
            members.remove(member.entry().id());
            member.remove();
        }
    }
}
