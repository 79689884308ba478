package org.sandbox4j.local.limits;

import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.sandbox4j.ResourceLimits.Resource;

/** Says why a limit cannot be enforced here, and what to do about it. */
final class Remedies {
    private static final String OWN_GROUP =
            " Start the JVM in a control group of its own (systemd-run --user --scope -p Delegate=yes), %s"
                    + "run it as root where control groups are mounted writable%s.";
    private static final String GROUPS = OWN_GROUP.formatted("", ", or make the limit BEST_EFFORT");
    private static final String LATER_TOOL =
            "the installed isolation tool cannot limit file systems in memory (bubblewrap can with --size, since 0.7.0). "
                    + "Install a later one";

    private Remedies() {}

    static String of(Resource resource, HostLimits host, LimitPlan.Place place) {
        String what = "The limit of " + resource + " cannot be enforced here: ";
        return switch (resource) {
            case MEMORY ->
                what + "memory of all processes together is held by control groups alone, and none can be made ("
                        + host.way() + ")." + GROUPS;
            case CPU_TIME ->
                what + "CPU time of all processes together is counted by control groups alone, and none can be made ("
                        + host.way() + ")." + GROUPS;
            case PROCESSES ->
                what + "no control group can be made (" + host.way()
                        + "), and RLIMIT_NPROC neither holds root, nor counts each sandbox apart before Linux 5.14, nor refuses "
                        + "the command itself."
                        + GROUPS;
            case TMP_SIZE, SHM_SIZE ->
                place.sizesFileSystems()
                        ? what + "the commands of a batch share a /tmp on the host's disk. Run them one by one, limit "
                                + "FILE_SIZE, or make the limit BEST_EFFORT."
                        : what + LATER_TOOL + ", or make the limit BEST_EFFORT.";
            default -> what + "this is not supported. Leave it out.";
        };
    }

    /** Says why not all limits can be enforced here, where that is so, and what to do about it. */
    static String ofAll(HostLimits host, LimitPlan.Place place) {
        List<String> sentences = new ArrayList<>();
        Set<Resource> lacking = host.lacking(place);
        Set<Resource> inMemory = EnumSet.of(Resource.TMP_SIZE, Resource.SHM_SIZE);
        Set<Resource> shared = EnumSet.copyOf(lacking);
        shared.removeAll(inMemory);
        inMemory.retainAll(lacking);
        if (!shared.isEmpty()) {
            sentences.add("The limits " + shared + " cannot be enforced here: no control group can be made for them ("
                    + host.way() + ")." + OWN_GROUP.formatted("or ", ""));
        }
        if (!inMemory.isEmpty()) {
            sentences.add("The limits " + inMemory + " cannot be enforced here: " + LATER_TOOL + ".");
        }
        return String.join(" ", sentences);
    }
}
