package org.sandbox4j.bwrap;

/** The limit of processes does not leave a scenario what it needs before it can begin. */
final class NoRoomException extends Exception {
    private static final long serialVersionUID = 1;

    /** What its message begins with, for whoever may start the scenario again. */
    static final String MESSAGE = "no room to prepare the scenario";

    NoRoomException(String what) {
        super(MESSAGE + ": " + what);
    }
}
