package org.sandbox4j.protocol;

import java.util.List;
import java.util.Optional;
import org.sandbox4j.CommandNotFoundException;
import org.sandbox4j.SandboxResult;

/**
 * What became of a {@link RootRequest}. Immutable.
 *
 * @param results of the commands that ran, in order
 * @param failure why the next one could not be run, or why the tree could not be kept, if either could not
 * @param environment the tree as the commands left it, if it was to be kept
 * @param changes what they changed, if it was to be kept
 */
public record RootResponse(
        List<SandboxResult> results,
        Optional<Failure> failure,
        Optional<SavedEnvironment> environment,
        Optional<Changes> changes) {
    /** Makes a response. */
    public RootResponse {
        results = List.copyOf(results);
    }

    /**
     * Why a command could not be run, or a tree not be kept.
     *
     * @param reason of the {@link org.sandbox4j.SandboxException}
     * @param message what failed, why, and what to do
     * @param problem what is wrong with a command that was not found
     */
    public record Failure(String reason, String message, Optional<CommandNotFoundException.Problem> problem) {}

    /**
     * What commands changed in a tree. The archive of {@code GET /environments/<id>/changes/} has what is new or different; it
     * is laid over the tree after the deletions.
     *
     * @param entries number of members of that archive; with 0 there is none
     * @param deleted paths that are gone, without those in directories that are gone as a whole
     */
    public record Changes(int entries, List<String> deleted) {
        /** Makes a value. */
        public Changes {
            deleted = List.copyOf(deleted);
        }
    }
}
