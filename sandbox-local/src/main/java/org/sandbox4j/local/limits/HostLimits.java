package org.sandbox4j.local.limits;

import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.sandbox4j.ResourceLimits.Resource;

/**
 * What this host can enforce for this caller. A value; {@link LimitsOfThisHost} finds it out.
 *
 * @param controllers what control groups can hold
 * @param countsProcessesApart whether RLIMIT_NPROC counts the processes of each sandbox apart
 * @param ceilings the hard limits of this JVM, which nobody without privileges can raise, by number
 * @param way what enforces what is shared, for messages: "cgroup v1", or why there is nothing
 */
record HostLimits(Set<Controller> controllers, boolean countsProcessesApart, Map<Integer, Long> ceilings, String way) {
    private static final Pattern LINE = Pattern.compile("(Max [a-z ]+?) {2,}(\\S+) +(\\S+).*");

    /** The labels of /proc/self/limits. */
    private static final Map<String, Integer> NUMBERS = Map.of(
            "Max cpu time", ProcessLimits.CPU,
            "Max file size", ProcessLimits.FILE_SIZE,
            "Max data size", ProcessLimits.DATA,
            "Max core file size", ProcessLimits.CORE,
            "Max processes", ProcessLimits.PROCESSES,
            "Max open files", ProcessLimits.OPEN_FILES);

    HostLimits {
        controllers = Set.copyOf(controllers);
        ceilings = Map.copyOf(ceilings);
    }

    /** Returns the hard limits out of the text of {@code /proc/self/limits}; those that are not there are unlimited. */
    static Map<Integer, Long> parseCeilings(String limits) {
        Map<Integer, Long> ceilings = new HashMap<>();
        for (String line : limits.lines().toList()) {
            Matcher matcher = LINE.matcher(line);
            if (matcher.matches() && !matcher.group(3).equals("unlimited")) {
                Integer number = NUMBERS.get(matcher.group(1));
                if (number != null) {
                    ceilings.put(number, Long.parseUnsignedLong(matcher.group(3)));
                }
            }
        }
        return ceilings;
    }

    /** Tells whether a limit holds in full. */
    boolean enforces(Resource resource, LimitPlan.Place place) {
        return switch (resource) {
            case WALL_TIME, FILE_SIZE, OPEN_FILES, CORE, OUTPUT -> true;
            case CPU_TIME -> controllers.contains(Controller.CPU);
            case MEMORY -> controllers.contains(Controller.MEMORY);
            case PROCESSES -> controllers.contains(Controller.PROCESSES) || countsProcessesApart;
            case TMP_SIZE -> place.sizesFileSystems() && !place.batch();
            case SHM_SIZE -> place.sizesFileSystems();
        };
    }

    /** Returns what does not hold in full. */
    Set<Resource> lacking(LimitPlan.Place place) {
        return List.of(Resource.values()).stream()
                .filter(resource -> !enforces(resource, place))
                .collect(Collectors.toCollection(() -> EnumSet.noneOf(Resource.class)));
    }
}
