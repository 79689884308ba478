package org.sandbox4j.testkit;

/** How often endurance checks do what they do: by default a size for every build, by system properties any other. */
final class Endurance {
    private Endurance() {}

    /** Sandboxes at once. */
    static int sandboxes() {
        return Integer.getInteger("sandbox4j.testkit.sandboxes", 20);
    }

    /** Runs in a row. */
    static int runs() {
        return Integer.getInteger("sandbox4j.testkit.runs", 200);
    }

    /** JVMs that are killed. */
    static int kills() {
        return Integer.getInteger("sandbox4j.testkit.kills", 20);
    }
}
