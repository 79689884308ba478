package org.sandbox4j.bwrap;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.sandbox4j.Isolation;
import org.sandbox4j.SandboxException;
import org.sandbox4j.local.launch.Descriptors;
import org.sandbox4j.local.launch.OptionList;
import org.sandbox4j.local.limits.LimitPlan;
import org.sandbox4j.local.limits.LimitsOfThisHost;
import org.sandbox4j.local.plan.IsolatedCommand;
import org.sandbox4j.local.plan.Isolator;
import org.sandbox4j.local.plan.SandboxPlan;
import org.sandbox4j.local.seccomp.SeccompProgram;

/** Isolates with one bubblewrap of this host. */
final class BwrapIsolator implements Isolator {
    private static final Set<Isolation> GUARANTEED = Set.copyOf(EnumSet.of(
            Isolation.FILESYSTEM,
            Isolation.PROCESSES,
            Isolation.NETWORK,
            Isolation.IPC,
            Isolation.HOSTNAME,
            Isolation.DEVICES,
            Isolation.PRIVILEGES,
            Isolation.ARTIFACTS));

    private final BwrapInstallation installation;
    private final boolean nestedNamespaces;
    private final Optional<SeccompProgram> seccomp;
    private final Optional<Path> groupDropper;
    private volatile @Nullable Isolated last;

    private record Isolated(SandboxPlan plan, IsolatedCommand command) {}

    /**
     * Takes a bubblewrap that has been probed.
     *
     * @param seccomp the filter that commands run under
     * @param groupDropper setpriv(1), for callers with supplementary groups that they can drop
     */
    BwrapIsolator(
            BwrapInstallation installation,
            boolean nestedNamespaces,
            Optional<SeccompProgram> seccomp,
            Optional<Path> groupDropper) {
        this.installation = installation;
        this.nestedNamespaces = nestedNamespaces;
        this.seccomp = seccomp;
        this.groupDropper = groupDropper;
    }

    static Set<Isolation> guaranteedWithoutLimits(boolean filtered) {
        EnumSet<Isolation> guaranteed = EnumSet.copyOf(GUARANTEED);
        if (filtered) {
            guaranteed.add(Isolation.SYSCALLS);
        }
        return guaranteed;
    }

    /** What of the limits cannot be required is tried out when somebody asks first. */
    static Set<Isolation> guaranteed(boolean filtered, BwrapFeatures features) {
        Set<Isolation> guaranteed = guaranteedWithoutLimits(filtered);
        if (LimitsOfThisHost.current()
                .lacking(new LimitPlan.Place(features.sizesFileSystems(), false))
                .isEmpty()) {
            guaranteed.add(Isolation.LIMITS);
        }
        return Set.copyOf(guaranteed);
    }

    @Override
    public String backend() {
        return BwrapSandboxProvider.ID;
    }

    @Override
    public Set<Isolation> isolation() {
        return guaranteed(seccomp.isPresent(), installation.features());
    }

    @Override
    public boolean filtersSystemCalls() {
        return seccomp.isPresent();
    }

    @Override
    public boolean sizesFileSystems() {
        return installation.features().sizesFileSystems();
    }

    /** Runs of one sandbox mostly have the same plan, so the last one is remembered. */
    @Override
    public IsolatedCommand isolate(SandboxPlan plan) {
        Isolated known = last;
        if (known == null || !known.plan().equals(plan)) {
            known = new Isolated(plan, command(plan));
            last = known;
        }
        return known.command();
    }

    /** Options go through a descriptor: everybody on the host can read a command line. */
    private IsolatedCommand command(SandboxPlan plan) {
        BwrapCommandLine.Options options =
                BwrapCommandLine.of(plan, installation, nestedNamespaces, seccomp.isPresent());
        List<String> command = new ArrayList<>();
        groupDropper.ifPresent(setpriv -> command.addAll(List.of(setpriv.toString(), "--clear-groups", "--")));
        command.addAll(List.of(
                installation.program().toString(),
                "--args",
                Integer.toString(Descriptors.OPTIONS),
                "--",
                Descriptors.INIT_PATH));
        return new IsolatedCommand(command, new OptionList(options.options()), seccomp, options.modes());
    }

    @Override
    public SandboxException setupFailure(String diagnostics, String exit) {
        return BwrapFailure.during(installation.program(), diagnostics, exit);
    }
}
