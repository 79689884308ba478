package org.sandbox4j.remote.fleet;

/** A server cannot have that name or address. Nothing has changed. */
public class InvalidServerException extends IllegalArgumentException {
    private static final long serialVersionUID = 1L;

    /** The name of the field that is wrong. */
    private final String field;

    /**
     * Makes an exception.
     *
     * @param field what is wrong: {@code "name"} or {@code "url"}
     * @param message what is wrong with it
     */
    public InvalidServerException(String field, String message) {
        super(message);
        this.field = field;
    }

    /**
     * Returns what is wrong.
     *
     * @return {@code "name"} or {@code "url"}
     */
    public String field() {
        return field;
    }
}
