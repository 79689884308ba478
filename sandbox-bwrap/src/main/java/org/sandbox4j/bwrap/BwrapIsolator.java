package org.sandbox4j.bwrap;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.sandbox4j.Isolation;
import org.sandbox4j.SandboxException;
import org.sandbox4j.local.LocalIsolation;
import org.sandbox4j.local.launch.Descriptors;
import org.sandbox4j.local.launch.OptionList;
import org.sandbox4j.local.plan.IsolatedCommand;
import org.sandbox4j.local.plan.Isolator;
import org.sandbox4j.local.plan.LastPlan;
import org.sandbox4j.local.plan.SandboxPlan;
import org.sandbox4j.local.seccomp.SeccompProgram;

/** Isolates with one bubblewrap of this host. */
final class BwrapIsolator implements Isolator {
    private final BwrapInstallation installation;
    private final boolean nestedNamespaces;
    private final Optional<SeccompProgram> seccomp;
    private final List<String> groupDropper;
    private final LastPlan last = new LastPlan(this::command);

    /**
     * Takes a bubblewrap that has been probed.
     *
     * @param seccomp the filter that commands run under
     * @param groupDropper what stands before bubblewrap, for callers with supplementary groups that they can drop
     */
    BwrapIsolator(
            BwrapInstallation installation,
            boolean nestedNamespaces,
            Optional<SeccompProgram> seccomp,
            List<String> groupDropper) {
        this.installation = installation;
        this.nestedNamespaces = nestedNamespaces;
        this.seccomp = seccomp;
        this.groupDropper = groupDropper;
    }

    @Override
    public String backend() {
        return BwrapSandboxProvider.ID;
    }

    @Override
    public Set<Isolation> isolation() {
        return LocalIsolation.guaranteed(seccomp.isPresent(), sizesFileSystems());
    }

    @Override
    public boolean filtersSystemCalls() {
        return seccomp.isPresent();
    }

    @Override
    public boolean sizesFileSystems() {
        return installation.features().sizesFileSystems();
    }

    @Override
    public IsolatedCommand isolate(SandboxPlan plan) {
        return last.command(plan);
    }

    /** Options go through a descriptor: everybody on the host can read a command line. */
    private IsolatedCommand command(SandboxPlan plan) {
        BwrapCommandLine.Options options =
                BwrapCommandLine.of(plan, installation, nestedNamespaces, seccomp.isPresent());
        List<String> command = new ArrayList<>(groupDropper);
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
        return installation.tool().setupFailure(diagnostics, exit);
    }
}
