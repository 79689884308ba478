package org.sandbox4j.local;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.sandbox4j.SandboxException;
import org.sandbox4j.SandboxSetupException;
import org.sandbox4j.local.host.Caller;
import org.sandbox4j.local.launch.HelperAnswer;
import org.sandbox4j.local.launch.Launcher;
import org.sandbox4j.local.launch.StageList;
import org.sandbox4j.local.plan.Mount;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Terminals for a backend that cannot mount them alone: our program mounts them before the sandbox is set up, where nobody
 * else sees them, and the backend binds them. Each run has its own. Thread-safe.
 */
final class StagedTerminals {
    private static final Logger LOG = LoggerFactory.getLogger(StagedTerminals.class);

    /** A program that ends at once. */
    private static final List<String> NOTHING = List.of("/proc/self/fd/4", "survey");

    private enum Answer {
        UNKNOWN,
        YES,
        NO
    }

    private final StageList ownMounts;
    private final Launcher launcher;
    private final Path scratch;
    private final Path directory;
    private volatile Answer working = Answer.UNKNOWN;

    /**
     * Takes a place.
     *
     * @param caller who mounts
     * @param launcher starts the program that mounts
     * @param scratch a directory of ours
     */
    StagedTerminals(Caller caller, Launcher launcher, Path scratch) {
        ownMounts = StageList.ownMounts(caller);
        this.launcher = launcher;
        this.scratch = scratch;
        directory = scratch.resolve("terminals");
    }

    /** Tells whether they can be had, having tried: on some hosts no program but the backend's may make namespaces. */
    boolean work() {
        if (working == Answer.UNKNOWN) {
            working = tried() ? Answer.YES : Answer.NO;
        }
        return working == Answer.YES;
    }

    private boolean tried() {
        try {
            Files.createDirectories(directory);
            List<String> command = new ArrayList<>(List.of("stage"));
            command.addAll(NOTHING);
            command.add(directory.toString());
            HelperAnswer answer = launcher.help(
                    command, ownMounts.then("terminals", directory).before(), scratch);
            LOG.debug("terminals mounted at {}: {}", directory, answer);
            return answer.exitCode() == 0;
        } catch (IOException e) {
            throw new SandboxSetupException(
                    "Cannot make a directory for terminals, '" + directory + "': " + e
                            + ". Make room there, or use another sandbox directory.",
                    e);
        } catch (SandboxException e) {
            LOG.debug("could not try to mount terminals: {}", e.toString());
            return false;
        }
    }

    /**
     * Returns what mounts them.
     *
     * @param terminals which devices of terminals there are
     * @param earlier what is mounted before, in namespaces that serve here, too
     */
    StageList stage(Mount.Terminals terminals, StageList earlier) {
        if (terminals != Mount.Terminals.BOUND) {
            return StageList.nothing();
        }
        StageList namespaces = earlier.isEmpty() ? ownMounts : StageList.nothing();
        return namespaces.then("terminals", directory);
    }

    /** Returns the mounts with the devices of terminals among them. */
    List<Mount> added(Mount.Terminals terminals, List<Mount> mounts) {
        if (terminals == Mount.Terminals.NONE) {
            return mounts;
        }
        List<Mount> all = new ArrayList<>();
        for (Mount mount : mounts) {
            if (mount instanceof Mount.Devices devices) {
                all.add(devices.with(terminals));
                if (terminals == Mount.Terminals.BOUND) {
                    all.add(new Mount.Bind(directory, devices.target() + "/pts", true, true));
                }
            } else {
                all.add(mount);
            }
        }
        return all;
    }
}
