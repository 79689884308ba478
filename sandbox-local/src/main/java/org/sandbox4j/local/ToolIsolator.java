package org.sandbox4j.local;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import org.sandbox4j.Isolation;
import org.sandbox4j.SandboxException;
import org.sandbox4j.local.host.IsolationTool;
import org.sandbox4j.local.host.SupplementaryGroups;
import org.sandbox4j.local.launch.OptionList;
import org.sandbox4j.local.plan.IsolatedCommand;
import org.sandbox4j.local.plan.Isolator;
import org.sandbox4j.local.plan.LastPlan;
import org.sandbox4j.local.plan.SandboxPlan;
import org.sandbox4j.local.seccomp.SeccompProgram;

/** Isolates with a program of this host that has been tried out. */
public final class ToolIsolator implements Isolator {
    private final String backend;
    private final IsolationTool tool;
    private final Traits traits;
    private final Optional<SeccompProgram> seccomp;
    private final Function<SandboxPlan, Call> calls;
    private final List<String> groupDropper;
    private final LastPlan last = new LastPlan(this::command);

    /**
     * What the program can do, and what it lets commands do.
     *
     * @param sizesFileSystems whether it can give file systems in memory a size
     * @param mountsTerminals whether it mounts terminals without anything that the contract does not know
     * @param nestedNamespaces whether commands may make user namespaces
     */
    public record Traits(boolean sizesFileSystems, boolean mountsTerminals, boolean nestedNamespaces) {}

    /**
     * How the program is called.
     *
     * @param command the program and its arguments, which everybody on the host can read
     * @param options what it reads from its descriptor for options
     * @param modes directories of the sandbox whose mode it cannot set
     */
    public record Call(List<String> command, OptionList options, Map<String, Integer> modes) {}

    /**
     * Takes a program.
     *
     * @param backend the id of the backend
     * @param seccomp the filter that commands run under
     * @param calls says how it is called for a plan; a pure function
     * @throws org.sandbox4j.ProgramNotFoundError if there is nothing to drop a superuser's groups with
     */
    public ToolIsolator(
            String backend,
            IsolationTool tool,
            Traits traits,
            Optional<SeccompProgram> seccomp,
            Function<SandboxPlan, Call> calls) {
        this.backend = backend;
        this.tool = tool;
        this.traits = traits;
        this.seccomp = seccomp;
        this.calls = calls;
        groupDropper = SupplementaryGroups.dropper(backend);
    }

    @Override
    public String backend() {
        return backend;
    }

    @Override
    public Set<Isolation> isolation() {
        return LocalIsolation.guaranteed(filtersSystemCalls(), traits.sizesFileSystems(), traits.nestedNamespaces());
    }

    @Override
    public boolean filtersSystemCalls() {
        return seccomp.isPresent();
    }

    @Override
    public boolean sizesFileSystems() {
        return traits.sizesFileSystems();
    }

    @Override
    public boolean mountsTerminals() {
        return traits.mountsTerminals();
    }

    @Override
    public IsolatedCommand isolate(SandboxPlan plan) {
        return last.command(plan);
    }

    private IsolatedCommand command(SandboxPlan plan) {
        Call call = calls.apply(plan);
        List<String> command = new ArrayList<>(groupDropper);
        command.addAll(call.command());
        return new IsolatedCommand(command, call.options(), seccomp, call.modes());
    }

    @Override
    public SandboxException setupFailure(String diagnostics, String exit) {
        return tool.setupFailure(diagnostics, exit);
    }
}
