package org.sandbox4j.local.limits;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.sandbox4j.ResourceLimits;
import org.sandbox4j.ResourceLimits.Resource;
import org.sandbox4j.local.host.Caller;
import org.sandbox4j.local.host.HostTool;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Finds out what this host can enforce for this JVM, only when somebody asks. Thread-safe. */
public final class LimitsOfThisHost {
    private static final Logger LOG = LoggerFactory.getLogger(LimitsOfThisHost.class);
    private static final Pattern KERNEL = Pattern.compile("(\\d+)\\.(\\d+).*");
    private static final String ENTER = "for file; do echo 0 >\"$file\" || exit 1; done";

    /** Where groups could be made they can be made again; what prevented it may pass. */
    private static final Remembered<LimitsOfThisHost> KNOWN = new Remembered<>(
            LimitsOfThisHost::tried, answer -> answer.groups.isPresent(), Duration.ofSeconds(10), System::nanoTime);

    private final HostLimits host;
    private final Optional<ControlGroups> groups;

    private LimitsOfThisHost(HostLimits host, Optional<ControlGroups> groups) {
        this.host = host;
        this.groups = groups;
    }

    /** Returns the answer; control groups are tried when it is asked for first, and again some time after a failure. */
    public static LimitsOfThisHost current() {
        return KNOWN.get();
    }

    private static LimitsOfThisHost tried() {
        boolean interrupted = Thread.interrupted();
        LimitsOfThisHost answer = find(new KernelGroupFiles());
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
        return answer;
    }

    /**
     * Plans the limits of a run.
     *
     * @throws org.sandbox4j.SandboxUnsupportedException if a required limit would not hold in full
     */
    public static LimitPlan plan(ResourceLimits limits, LimitPlan.Place place) {
        return limits.isEmpty() ? LimitPlan.NONE : LimitPlan.of(limits, current().host, place);
    }

    /** Returns what could not be required. */
    public Set<Resource> lacking(LimitPlan.Place place) {
        return host.lacking(place);
    }

    /** Returns why something could not be required, and what to do about it. */
    public String whyLacking(LimitPlan.Place place) {
        return Remedies.ofAll(host, place);
    }

    /** Returns what enforces limits of all processes together, or why nothing does. */
    public String way() {
        return host.way();
    }

    ControlGroup makeGroup(LimitPlan plan) throws IOException {
        return groups.orElseThrow(() -> new IOException(host.way())).make(plan.group());
    }

    private static LimitsOfThisHost find(GroupFiles files) {
        GroupSearch.Result found = new GroupSearch(files, GroupNames.ofThisProcess(files), LimitsOfThisHost::canEnter)
                .search(OwnGroups.parse(text(files, "/proc/self/mountinfo"), text(files, "/proc/self/cgroup")));
        HostLimits host = new HostLimits(
                found.groups().map(ControlGroups::controllers).orElse(Set.of()),
                countsProcessesApart(text(files, "/proc/sys/kernel/osrelease"), isRootOfHost(files)),
                HostLimits.parseCeilings(text(files, "/proc/self/limits")),
                found.groups().map(ControlGroups::name).orElse(found.obstacles()));
        LOG.debug("limits: {}, {}", host, found.obstacles());
        return new LimitsOfThisHost(host, found.groups());
    }

    /** Since Linux 5.14 a user namespace counts its own processes; the host's root is never held by the limit. */
    static boolean countsProcessesApart(String kernel, boolean rootOfHost) {
        Matcher version = KERNEL.matcher(kernel.strip());
        if (rootOfHost || !version.matches()) {
            return false;
        }
        int major = Integer.parseInt(version.group(1));
        return major > 5 || (major == 5 && Integer.parseInt(version.group(2)) >= 14);
    }

    private static boolean isRootOfHost(GroupFiles files) {
        String map = text(files, "/proc/self/uid_map").strip();
        return Caller.current().isRoot() && map.matches("0\\s+0\\s.*");
    }

    private static boolean canEnter(List<String> entrances) {
        List<String> arguments = new ArrayList<>(List.of("-c", ENTER, "sh"));
        arguments.addAll(entrances);
        try {
            return HostTool.run(Path.of("/bin/sh"), arguments).exitCode() == 0;
        } catch (IOException e) {
            LOG.debug("cannot try a control group: {}", e.toString());
            return false;
        }
    }

    private static String text(GroupFiles files, String path) {
        try {
            return files.read(Path.of(path));
        } catch (IOException e) {
            LOG.debug("{}", e.toString());
            return "";
        }
    }
}
