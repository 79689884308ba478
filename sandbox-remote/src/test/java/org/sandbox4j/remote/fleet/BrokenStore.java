package org.sandbox4j.remote.fleet;

/** A store whose disk is full. */
final class BrokenStore extends StoreView {
    @Override
    public void addUsage(long server, Usage usage) {
        throw new FleetStoreException("The disk is full.", null);
    }

    @Override
    public Request addRequest(Request request) {
        throw new FleetStoreException("The disk is full.", null);
    }
}
