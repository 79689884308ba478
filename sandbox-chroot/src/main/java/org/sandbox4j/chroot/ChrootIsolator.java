package org.sandbox4j.chroot;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.sandbox4j.Isolation;
import org.sandbox4j.SandboxException;
import org.sandbox4j.local.LocalIsolation;
import org.sandbox4j.local.launch.OptionList;
import org.sandbox4j.local.plan.IsolatedCommand;
import org.sandbox4j.local.plan.Isolator;
import org.sandbox4j.local.plan.LastPlan;
import org.sandbox4j.local.plan.SandboxPlan;
import org.sandbox4j.local.seccomp.SeccompProgram;

/** Isolates with unshare(1) and our own program. */
final class ChrootIsolator implements Isolator {
    private final Namespaces namespaces;
    private final boolean nestedNamespaces;
    private final Optional<SeccompProgram> seccomp;
    private final List<String> groupDropper;
    private final LastPlan last = new LastPlan(this::command);

    /**
     * Takes an unshare that has been probed.
     *
     * @param seccomp the filter that commands run under
     * @param groupDropper what stands before unshare, for callers with supplementary groups that they can drop
     */
    ChrootIsolator(
            Namespaces namespaces,
            boolean nestedNamespaces,
            Optional<SeccompProgram> seccomp,
            List<String> groupDropper) {
        this.namespaces = namespaces;
        this.nestedNamespaces = nestedNamespaces;
        this.seccomp = seccomp;
        this.groupDropper = groupDropper;
    }

    @Override
    public String backend() {
        return ChrootSandboxProvider.ID;
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
        return true;
    }

    @Override
    public IsolatedCommand isolate(SandboxPlan plan) {
        return last.command(plan);
    }

    private IsolatedCommand command(SandboxPlan plan) {
        List<String> command = new ArrayList<>(groupDropper);
        command.addAll(namespaces.command(plan.network()));
        List<String> instructions =
                EnterInstructions.of(plan, namespaces.host(), nestedNamespaces, EnterInstructions.End.BECOME);
        return new IsolatedCommand(command, new OptionList(instructions), seccomp, Map.of());
    }

    @Override
    public SandboxException setupFailure(String diagnostics, String exit) {
        return namespaces.tool().setupFailure(diagnostics, exit);
    }
}
