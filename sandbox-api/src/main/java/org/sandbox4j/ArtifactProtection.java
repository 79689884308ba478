package org.sandbox4j;

/**
 * How a local backend keeps files that are hard-linked from outside from being changed (rules 32 to 34). Used with
 * {@link SandboxBuilder#artifactProtection(ArtifactProtection)}. Whatever the way, {@link Isolation#ARTIFACTS} holds.
 */
public enum ArtifactProtection {
    /**
     * The default: an overlay for {@code run} and {@code execute} where it behaves like an ordinary tree, which is for root,
     * otherwise {@link #COPY}. Commands of {@code start} and interactive ones work in place, so that others can use the tree at the same
     * time.
     */
    AUTO,
    /**
     * What a command writes goes to a layer of its own, and is merged into the tree when it has ended. Costs what was changed,
     * not what is there. Runs that may write the same root wait for each other. Refused where overlays cannot be mounted.
     *
     * <p>For ordinary users the kernel has limits: a file that is linked from outside, or from elsewhere in the tree, is
     * separated from its other names and gets another inode number when it is changed, and a name made by link(2) shows another
     * number than the first; {@code git clone} of a local repository fails then.
     */
    OVERLAY,
    /**
     * Before a run that may write them, files that are linked from outside are replaced by copies. Costs a look at every entry
     * of the tree, and a copy of each linked file once; blocks are shared where the file system can. A run that is cut off, by a
     * kill of the JVM for instance, leaves what it had written until then.
     */
    COPY
}
