package org.sandbox4j.local.tree;

/** How a run that may write protected places wants to do that. */
public enum Writing {
    /** In place, after files that are linked from outside have been replaced by copies. */
    IN_PLACE,
    /** Diverted, or in place when that cannot be had or others are writing. */
    DIVERTED_IF_POSSIBLE,
    /** Diverted, or not at all. */
    DIVERTED
}
