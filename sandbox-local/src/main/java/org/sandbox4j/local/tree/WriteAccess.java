package org.sandbox4j.local.tree;

import java.io.IOException;
import java.time.Duration;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import org.sandbox4j.SandboxSetupException;

/**
 * Who may write a root, and when. Runs that write it in place may do so side by side; one whose changes are diverted has it
 * for itself from its start until its changes are merged, since an overlay does not expect the tree below it to change.
 * Nobody waits for long: it may be that the diverted run ends only when the waiting one has done its part. So after a while
 * the other writes in place all the same, and from then on runs that can choose do so, too.
 *
 * <p>While bubblewrap mounts over the tree, nobody may exchange directories under it. So a run that writes in place starts
 * only when no other run is being set up, a merge waits for that as well, and a run that is set up while others write in
 * place is guarded: the host is read-only for its set-up. Other JVMs are told by locks on the journal. Thread-safe.
 */
final class WriteAccess {
    private static final long LOOK_AGAIN_MILLISECONDS = 20;
    private static final Duration PATIENCE = Duration.ofMillis(500);

    /** How a run uses the root. */
    enum Use {
        /** It changes nothing of the tree. */
        READ,
        /** It writes the tree, or parts of it, itself. */
        IN_PLACE,
        /** What it writes is diverted. */
        DIVERTED
    }

    private final MountPointJournal journal;
    private int settingUp;
    private int inPlace;
    private boolean diverted;
    private boolean merging;
    private boolean contended;

    WriteAccess(MountPointJournal journal) {
        this.journal = journal;
    }

    /** The right to one run. */
    final class Grant {
        private final Use use;
        private final boolean guarded;
        private boolean settingUp;

        private Grant(Use use, boolean guarded) {
            this.use = use;
            this.guarded = guarded;
            settingUp = !guarded;
        }

        Use use() {
            return use;
        }

        /** Tells whether others may write the tree while the sandbox is set up. */
        boolean guarded() {
            return guarded;
        }

        /** Tells that everything is mounted, and has been compared with what it should be. */
        void isSetUp() {
            finishSetUp(this);
        }

        /** Waits until the tree may be changed at once, which no run is set up during. */
        void beginMerge() {
            awaitMerge();
        }

        /** Gives the right back. */
        void end() {
            release(this);
        }
    }

    /**
     * Waits for the right to a run.
     *
     * @param wanted how the run would use the root best
     * @param mayJoin whether a diverted run may write in place when others do
     * @param cancelled whether waiting makes no sense any more
     * @throws SandboxSetupException if it was interrupted, which stays set, or cancelled
     */
    synchronized Grant acquire(Use wanted, boolean mayJoin, BooleanSupplier cancelled) throws IOException {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        Use use = possible(wanted, mayJoin, true);
        try {
            while (use == null) {
                refuseIfCancelled(cancelled);
                // Looked at again now and then, since neither other JVMs nor a closed sandbox can wake this one.
                wait(LOOK_AGAIN_MILLISECONDS);
                use = possible(wanted, mayJoin, System.nanoTime() < deadline);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new SandboxSetupException(
                    "interrupted", "Interrupted while waiting for other commands to finish writing the root.", e);
        }
        return granted(use);
    }

    private @Nullable Use possible(Use wanted, boolean mayJoin, boolean patient) throws IOException {
        if (merging) {
            return null;
        }
        return switch (wanted) {
            case READ -> Use.READ;
            case IN_PLACE -> mayWriteInPlace(patient) ? Use.IN_PLACE : null;
            case DIVERTED -> mayDivert() ? Use.DIVERTED : mayJoin && mayWriteInPlace(patient) ? Use.IN_PLACE : null;
        };
    }

    private boolean mayWriteInPlace(boolean patient) throws IOException {
        if (settingUp > 0) {
            return false;
        }
        contended |= !patient;
        return !patient || (!diverted && (inPlace > 0 || journal.tryToShareWriting()));
    }

    /** Tells whether runs have had to write at the same time. */
    synchronized boolean isContended() {
        return contended;
    }

    private boolean mayDivert() throws IOException {
        return !diverted && inPlace == 0 && journal.tryToWriteAlone();
    }

    private Grant granted(Use use) {
        Grant grant = new Grant(use, inPlace > 0);
        if (use == Use.IN_PLACE) {
            inPlace++;
        } else if (use == Use.DIVERTED) {
            diverted = true;
        }
        if (!grant.guarded) {
            settingUp++;
        }
        return grant;
    }

    private synchronized void finishSetUp(Grant grant) {
        if (grant.settingUp) {
            grant.settingUp = false;
            settingUp--;
            notifyAll();
        }
    }

    private synchronized void awaitMerge() {
        merging = true;
        boolean interrupted = false;
        while (settingUp > 0) {
            try {
                wait();
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    private synchronized void release(Grant grant) {
        finishSetUp(grant);
        if (grant.use == Use.IN_PLACE) {
            inPlace--;
        } else if (grant.use == Use.DIVERTED) {
            diverted = false;
            merging = false;
        }
        if (inPlace == 0 && !diverted) {
            journal.stopWriting();
        }
        notifyAll();
    }

    private static void refuseIfCancelled(BooleanSupplier cancelled) {
        if (cancelled.getAsBoolean()) {
            throw new SandboxSetupException(
                    "closed",
                    "The sandbox was closed while a command waited for others to finish writing its root.",
                    null);
        }
    }
}
