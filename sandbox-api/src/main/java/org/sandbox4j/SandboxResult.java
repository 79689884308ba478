package org.sandbox4j;

import java.util.Collections;
import java.util.EnumSet;
import java.util.Objects;
import java.util.Set;

/** How one command ended, what it wrote as far as that was captured, and what it used. Immutable. */
public final class SandboxResult {
    private final Termination termination;
    private final CapturedOutput stdout;
    private final CapturedOutput stderr;
    private final ResourceUsage usage;
    private final Set<ResourceLimits.Resource> unenforced;

    private SandboxResult(
            Termination termination,
            CapturedOutput stdout,
            CapturedOutput stderr,
            ResourceUsage usage,
            Set<ResourceLimits.Resource> unenforced) {
        this.termination = Objects.requireNonNull(termination, "termination");
        this.stdout = Objects.requireNonNull(stdout, "stdout");
        this.stderr = Objects.requireNonNull(stderr, "stderr");
        this.usage = Objects.requireNonNull(usage, "usage");
        EnumSet<ResourceLimits.Resource> copy = EnumSet.noneOf(ResourceLimits.Resource.class);
        copy.addAll(unenforced);
        this.unenforced = Collections.unmodifiableSet(copy);
    }

    /**
     * Returns a result; for backends and for tests.
     *
     * @param termination how the command ended
     * @param stdout what was captured of its standard output
     * @param stderr what was captured of its standard error
     * @param usage what it used
     * @return the result
     */
    public static SandboxResult of(
            Termination termination, CapturedOutput stdout, CapturedOutput stderr, ResourceUsage usage) {
        return new SandboxResult(termination, stdout, stderr, usage, Set.of());
    }

    /**
     * Returns the same result, with limits that could not be enforced; for backends and for tests.
     *
     * @param resources what was limited with {@link ResourceLimits.Enforcement#BEST_EFFORT} and could not be, or not in full
     * @return the result
     */
    public SandboxResult withUnenforced(Set<ResourceLimits.Resource> resources) {
        return new SandboxResult(termination, stdout, stderr, usage, resources);
    }

    /**
     * Returns how the command ended.
     *
     * @return the termination
     */
    public Termination termination() {
        return termination;
    }

    /**
     * Returns the captured standard output; both streams when they share a target.
     *
     * @return the capture, empty when the stream went elsewhere
     */
    public CapturedOutput stdout() {
        return stdout;
    }

    /**
     * Returns the captured standard error.
     *
     * @return the capture, empty when the stream went elsewhere
     */
    public CapturedOutput stderr() {
        return stderr;
    }

    /**
     * Returns what the command used.
     *
     * @return the usage
     */
    public ResourceUsage usage() {
        return usage;
    }

    /**
     * Returns the limits that held less than they say. They were asked for with
     * {@link ResourceLimits.Enforcement#BEST_EFFORT}, and this host could enforce them in part only, for instance for each
     * process instead of for all of them together, or not at all.
     *
     * @return an unmodifiable set, empty when every limit held
     */
    public Set<ResourceLimits.Resource> unenforced() {
        return unenforced;
    }

    /**
     * Returns the exit code, or 128 plus the signal.
     *
     * @return 0 to 255
     * @see Termination#exitCode()
     */
    public int exitCode() {
        return termination.exitCode();
    }

    /**
     * Tells whether the command exited with 0.
     *
     * @return true if it did
     */
    public boolean succeeded() {
        return termination.succeeded();
    }

    /** Returns the termination, the times and the captured output, cut in the middle when it is long. */
    @Override
    public String toString() {
        return "SandboxResult[" + termination + ", " + usage + ", stdout=" + stdout + ", stderr=" + stderr + "]";
    }
}
