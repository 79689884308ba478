package org.sandbox4j.testkit;

/** What the families of checks work with. */
interface Rules {
    /** Returns the root that was staged for this check. */
    StagedRoot staged();
}
