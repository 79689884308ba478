package org.sandbox4j.local.tree;

/** How a run that may write protected places wants to do that. */
public enum Writing {
    /** In place, after files that are linked from outside have been replaced by copies. */
    IN_PLACE,
    /** Diverted, or in place when that cannot be had or others are writing. */
    DIVERTED_IF_POSSIBLE,
    /** Diverted, or not at all. */
    DIVERTED,
    /** The same, without copying anything first, even if files that are linked from outside then get other inode numbers. */
    DIVERTED_WITHOUT_COPIES;

    /** Tells whether it is diverted or refused. */
    boolean mustBeDiverted() {
        return this == DIVERTED || this == DIVERTED_WITHOUT_COPIES;
    }
}
