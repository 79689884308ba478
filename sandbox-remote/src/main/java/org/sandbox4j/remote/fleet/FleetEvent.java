package org.sandbox4j.remote.fleet;

/**
 * Something that happened in a fleet. Immutable.
 *
 * <p>Those of one server come in the order in which they happened.
 */
public sealed interface FleetEvent {
    /**
     * A server is there, was added, or its name, address or state has changed.
     *
     * @param server what it is like now
     */
    record ServerChanged(ServerEntry server) implements FleetEvent {}

    /**
     * A server was removed.
     *
     * @param server what it was like
     */
    record ServerRemoved(ServerEntry server) implements FleetEvent {}

    /**
     * The specifications of a server were polled, with success or not.
     *
     * @param server its number
     * @param sandbox its machine
     * @param container its containers
     */
    record SpecsPolled(long server, SandboxSpecs sandbox, ContainerSpecs container) implements FleetEvent {}

    /**
     * The usage of a server was polled, with success or not.
     *
     * @param server its number
     * @param usage the usage
     */
    record UsagePolled(long server, Usage usage) implements FleetEvent {}

    /**
     * A request has ended and was recorded.
     *
     * @param request the request, its texts whole
     */
    record RequestRecorded(Request request) implements FleetEvent {}

    /**
     * The subscriber was too slow, and events were dropped that would have come here.
     *
     * @param count how many
     */
    record EventsMissed(long count) implements FleetEvent {}
}
