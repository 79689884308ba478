package org.sandbox4j.remote;

/** What a failure tells about the commands of a request. */
public enum RunState {
    /** None of them has run and none will: the request can be sent again. Always so for calls that run nothing. */
    NOT_RUN,
    /** Nobody can tell. They may run still. */
    MAY_HAVE_RUN,
    /** They have run, but what became of them is not known. */
    HAS_RUN
}
