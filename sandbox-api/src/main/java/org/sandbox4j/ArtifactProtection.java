package org.sandbox4j;

/**
 * How a local backend keeps files that are hard-linked from outside from being changed (rules 32 to 34). Used with
 * {@link SandboxBuilder#artifactProtection(ArtifactProtection)}. Whatever the way, {@link Isolation#ARTIFACTS} holds.
 */
public enum ArtifactProtection {
    /**
     * The default: {@link #OVERLAY} for {@code run} and {@code execute} where it behaves like an ordinary tree, otherwise
     * {@link #COPY}. Commands of {@code start} and interactive ones work in place, so that others can use the tree at the same
     * time.
     */
    AUTO,
    /**
     * What a command writes goes to a layer of its own, and is merged into the tree when it has ended. Costs what was changed,
     * not what is there. Runs that may write the same root wait for each other. Refused where overlays cannot be mounted.
     */
    OVERLAY,
    /**
     * Before a run that may write them, files that are linked from outside are replaced by copies. Costs a look at every entry
     * of the tree, and a copy of each linked file once.
     */
    COPY
}
