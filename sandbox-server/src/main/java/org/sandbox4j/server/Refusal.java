package org.sandbox4j.server;

import java.nio.charset.StandardCharsets;
import java.util.OptionalLong;
import org.sandbox4j.SandboxException;

/**
 * Ends a request with an error status. What a client sees is {@link #answer()}; the message is for the log.
 */
final class Refusal extends SandboxException {
    private static final long serialVersionUID = 1L;

    private static final String UPLOAD = "upload";

    private final transient Answer answer;

    private Refusal(String reason, String message, Answer answer) {
        super(reason, message);
        this.answer = answer;
    }

    /** One line of text, the way that the protocol tells what is wrong with a request. */
    static Refusal line(int status, String text) {
        return new Refusal("refused", text, Answer.line(status, text));
    }

    static Refusal badRequest(String text) {
        return line(400, text);
    }

    static Refusal notFound(String text) {
        return line(404, text);
    }

    /** A page without detail. */
    static Refusal badRequestPage(String why) {
        return new Refusal("bad-request", why, Pages.BAD_REQUEST);
    }

    static Refusal noSuchPage() {
        return new Refusal("not-found", "no such page", Pages.NOT_FOUND);
    }

    /** A page without detail. */
    static Refusal serverError(String why) {
        return new Refusal("server-error", why, Pages.SERVER_ERROR);
    }

    /**
     * An upload that cannot be taken, or an environment that cannot be kept, with one line that says why. It is plain text, as it
     * may have names from the upload.
     */
    static Refusal upload(int status, String why) {
        return new Refusal(
                UPLOAD, why, Answer.of(status, "text/plain; charset=utf-8", why.getBytes(StandardCharsets.UTF_8)));
    }

    /** Tells whether whoever runs the server should find it in the log without asking for more than warnings. */
    boolean isForTheLog() {
        return reason().equals(UPLOAD);
    }

    static Refusal overloaded(OptionalLong retryAfterSeconds) {
        Answer answer = Answer.line(503, "Sandbox overloaded, retry after a few seconds.");
        return new Refusal(
                "overloaded",
                "no free place",
                retryAfterSeconds.isPresent()
                        ? answer.with("Retry-After", Long.toString(retryAfterSeconds.getAsLong()))
                        : answer);
    }

    /** A reason for programs, and a sentence for people. */
    static Refusal forbidden(String reason, String message) {
        return new Refusal(reason, message, JsonAnswer.of(403, json -> {
            json.writeStringField("reason", reason);
            json.writeStringField("message", message);
        }));
    }

    static Refusal unauthorised() {
        return new Refusal(
                "unauthorised",
                "no valid token",
                Answer.line(401, "A bearer token is needed.").with("WWW-Authenticate", "Bearer"));
    }

    Answer answer() {
        return answer;
    }
}
