package org.sandbox4j.bwrap;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.sandbox4j.Isolation;
import org.sandbox4j.SandboxException;
import org.sandbox4j.local.launch.Descriptors;
import org.sandbox4j.local.plan.IsolatedCommand;
import org.sandbox4j.local.plan.Isolator;
import org.sandbox4j.local.plan.SandboxPlan;

/** Isolates with one bubblewrap of this host. */
final class BwrapIsolator implements Isolator {
    private static final Set<Isolation> GUARANTEED = Set.copyOf(EnumSet.of(
            Isolation.FILESYSTEM,
            Isolation.PROCESSES,
            Isolation.NETWORK,
            Isolation.IPC,
            Isolation.HOSTNAME,
            Isolation.DEVICES,
            Isolation.PRIVILEGES));

    private final Path program;
    private final BwrapFeatures features;
    private final HostFacts host;
    private final boolean nestedNamespaces;
    private final Optional<Path> groupDropper;

    /**
     * Takes a bubblewrap that has been probed.
     *
     * @param groupDropper setpriv(1), for callers with supplementary groups that they can drop
     */
    BwrapIsolator(
            Path program,
            BwrapFeatures features,
            HostFacts host,
            boolean nestedNamespaces,
            Optional<Path> groupDropper) {
        this.program = program;
        this.features = features;
        this.host = host;
        this.nestedNamespaces = nestedNamespaces;
        this.groupDropper = groupDropper;
    }

    static Set<Isolation> guaranteed() {
        return GUARANTEED;
    }

    @Override
    public String backend() {
        return BwrapSandboxProvider.ID;
    }

    @Override
    public Set<Isolation> isolation() {
        return GUARANTEED;
    }

    /** Options go through a descriptor: everybody on the host can read a command line. */
    @Override
    public IsolatedCommand isolate(SandboxPlan plan) {
        BwrapCommandLine.Options options = BwrapCommandLine.of(plan, features, host, nestedNamespaces);
        List<String> command = new ArrayList<>();
        groupDropper.ifPresent(setpriv -> command.addAll(List.of(setpriv.toString(), "--clear-groups", "--")));
        command.addAll(List.of(
                program.toString(), "--args", Integer.toString(Descriptors.OPTIONS), "--", Descriptors.INIT_PATH));
        return new IsolatedCommand(command, options.options(), options.modes());
    }

    @Override
    public SandboxException setupFailure(String diagnostics, String exit) {
        return BwrapFailure.during(program, diagnostics, exit);
    }
}
