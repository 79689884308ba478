package org.sandbox4j.local.plan;

import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Remembers the last plan of a sandbox with its command: most runs of one sandbox have the same. Thread-safe. */
public final class LastPlan {
    private final Function<SandboxPlan, IsolatedCommand> translation;
    private volatile @Nullable Isolated last;

    private record Isolated(SandboxPlan plan, IsolatedCommand command) {}

    /** Takes a pure function. */
    public LastPlan(Function<SandboxPlan, IsolatedCommand> translation) {
        this.translation = translation;
    }

    /** Returns the command of a plan. */
    public IsolatedCommand command(SandboxPlan plan) {
        Isolated known = last;
        if (known == null || !known.plan().equals(plan)) {
            known = new Isolated(plan, translation.apply(plan));
            last = known;
        }
        return known.command();
    }
}
