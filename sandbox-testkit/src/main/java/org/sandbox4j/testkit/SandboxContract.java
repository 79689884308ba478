package org.sandbox4j.testkit;

import java.nio.file.Path;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Timeout;
import org.sandbox4j.Sandbox;
import org.sandbox4j.SandboxBuilder;

/**
 * The contract of sandboxes, as checks. A backend extends this class, says how it is opened, and runs the checks with
 * JUnit; each is named by the number of its rule, and its documentation tells what to look at when it fails.
 *
 * <p>What a sandbox does not guarantee according to {@link Sandbox#isolation()}, and what the backend cannot do
 * according to {@link #capabilities()}, is skipped with a sentence that says so. Nothing else may be left out.
 *
 * <p>Conditions are waited for with a deadline of 30 seconds; the system property {@code sandbox4j.testkit.deadline}
 * names another number of seconds.
 *
 * <p>How many sandboxes are open at once, how many runs come one after the other, and how many JVMs are killed, is for a build
 * of every day; {@code sandbox4j.testkit.sandboxes}, {@code .runs} and {@code .kills} name other numbers.
 *
 * <p>The checks look at this host's {@code /proc}, and start JVMs with the class path of this one. They are not meant
 * to run at the same time in one JVM.
 */
@Timeout(value = 2, unit = TimeUnit.MINUTES)
public abstract class SandboxContract
        implements RootRules,
                MountPointRules,
                EnvironmentRules,
                EnvironmentSecrecyRules,
                WorkDirectoryRules,
                MarkRules,
                ArtifactRules,
                ProtectedTreeRules,
                ReadOnlyRules,
                NetworkRules,
                InputRules,
                TerminalRules,
                CallersTerminalRules,
                IdentityRules,
                DeviceRules,
                ExitRules,
                CommandRules,
                RemainderRules,
                TimeoutRules,
                InterruptRules,
                CallerRules,
                BatchRules,
                TransactionRules,
                StreamRules,
                CaptureRules,
                DescriptorRules,
                StdinRules,
                ArgumentRules,
                ConcurrencyRules,
                EnduranceRules,
                HostileTreeRules,
                OwnershipRules,
                InnerLinkRules,
                LimitRules {
    private final Map<String, @Nullable String> replacedProperties = new HashMap<>();
    private @Nullable StagedRoot staged;

    /** For subclasses. */
    protected SandboxContract() {}

    /**
     * Returns a builder of the backend's sandboxes.
     *
     * @param directory the directory of the sandbox, whose root may be there already
     * @return a builder that names the backend
     */
    protected abstract SandboxBuilder builder(Path directory);

    /**
     * Opens a sandbox. For subclasses that wrap it, as the kit's own tests do.
     *
     * @param builder what to open
     * @return the sandbox
     */
    protected Sandbox open(SandboxBuilder builder) {
        return builder.open();
    }

    /**
     * Returns the system properties that choose the backend and its variant. They are set while a check runs, and
     * handed to the JVMs that checks start, which open their sandboxes with {@code Sandbox.builder(directory).open()}.
     *
     * @return names and values; by default {@code sandbox4j.backend} with nothing, so that the best backend is taken
     */
    protected Map<String, String> systemProperties() {
        return Map.of(SandboxBuilder.BACKEND_PROPERTY, "");
    }

    /**
     * Returns what the backend can do by its nature.
     *
     * @return everything by default
     */
    protected Set<Capability> capabilities() {
        return EnumSet.allOf(Capability.class);
    }

    /** Sets the system properties and stages a root. */
    @BeforeEach
    void stage() {
        systemProperties().forEach((name, value) -> replacedProperties.put(name, System.setProperty(name, value)));
        staged = StagedRoot.create(this);
    }

    /** Closes what the check has opened and resets the system properties. */
    @AfterEach
    void clear() {
        try {
            if (staged != null) {
                staged.close();
            }
        } finally {
            replacedProperties.forEach(SandboxContract::reset);
            replacedProperties.clear();
        }
    }

    @Override
    public final StagedRoot staged() {
        return Objects.requireNonNull(staged, "staged outside a check");
    }

    private static void reset(String name, @Nullable String value) {
        if (value == null) {
            System.clearProperty(name);
        } else {
            System.setProperty(name, value);
        }
    }
}
