package org.sandbox4j.local.limits;

import java.io.IOException;
import java.util.Map;
import java.util.Set;

/** Where this JVM may make control groups. Thread-safe. */
interface ControlGroups {
    /** Returns which version it is, for messages. */
    String name();

    /** Returns what groups made here can hold. */
    Set<Controller> controllers();

    /**
     * Makes an empty group.
     *
     * @param limits what it is to hold, in bytes and in processes; {@link Controller#CPU} counts without a limit
     * @throws IOException if the kernel does not let us; nothing of the group is left then
     */
    ControlGroup make(Map<Controller, Long> limits) throws IOException;
}
