package org.sandbox4j.benchmarks;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.UnaryOperator;
import org.sandbox4j.ResourceLimits;
import org.sandbox4j.Sandbox;
import org.sandbox4j.SandboxBuilder;
import org.sandbox4j.SandboxCommand;
import org.sandbox4j.SandboxFlags;
import org.sandbox4j.SeccompProfile;

/** What the filter of system calls and limits cost, for a run and for a command that does little else than call. In milliseconds. */
final class SettingCosts implements AutoCloseable {
    static final List<String> COMMANDS = List.of("`true`", "1,000,000 system calls");
    static final String OFF = "no filter, no limits";
    static final String FILTER = "standard filter";
    static final String STRICT = "strict filter";
    static final String LIMITS = "limits of memory and processes";
    static final String BOTH = "standard filter and both limits";

    private static final ResourceLimits MEMORY_AND_PROCESSES = ResourceLimits.builder()
            .limit(ResourceLimits.Resource.MEMORY, 1L << 30, ResourceLimits.Enforcement.BEST_EFFORT)
            .limit(ResourceLimits.Resource.PROCESSES, 1000, ResourceLimits.Enforcement.BEST_EFFORT)
            .build();

    private static final List<SandboxCommand> SCRIPTS = List.of(
            readOnly("/bin/true"),
            readOnly(
                    "/bin/busybox",
                    "sh",
                    "-c",
                    "/bin/busybox dd if=/dev/zero of=/dev/null bs=1 count=500000 2>/dev/null"));

    private final Map<String, Sandbox> sandboxes = new LinkedHashMap<>();

    SettingCosts(Path directory) throws IOException {
        Path staged = directory.resolve("settings");
        BusyboxRoot.stage(staged.resolve("root"), true);
        Map<String, UnaryOperator<SandboxBuilder>> settings = new LinkedHashMap<>();
        settings.put(OFF, builder -> builder.seccomp(SeccompProfile.NONE));
        settings.put(FILTER, builder -> builder.seccomp(SeccompProfile.STANDARD));
        settings.put(STRICT, builder -> builder.seccomp(SeccompProfile.STRICT));
        settings.put(LIMITS, builder -> builder.seccomp(SeccompProfile.NONE).limits(MEMORY_AND_PROCESSES));
        settings.put(BOTH, builder -> builder.seccomp(SeccompProfile.STANDARD).limits(MEMORY_AND_PROCESSES));
        settings.forEach((name, setting) -> sandboxes.put(name, Sandboxes.open(staged, Sandboxes.NATIVE, setting)));
    }

    static String name(String command, String setting) {
        return command + ", " + setting;
    }

    /** Returns what of the limits was not enforced in full. */
    Set<ResourceLimits.Resource> unenforced() throws InterruptedException {
        return sandbox(LIMITS).execute(SCRIPTS.get(0)).unenforced();
    }

    Map<String, Samples> measure(int warmUp, int rounds) throws IOException, InterruptedException {
        Map<String, Samples> results = new LinkedHashMap<>();
        for (int i = 0; i < SCRIPTS.size(); i++) {
            Contest contest = new Contest();
            List<String> names = new ArrayList<>();
            for (Map.Entry<String, Sandbox> entry : sandboxes.entrySet()) {
                SandboxCommand script = SCRIPTS.get(i);
                names.add(name(COMMANDS.get(i), entry.getKey()));
                contest.add(
                        names.get(names.size() - 1),
                        () -> Timed.run(entry.getValue(), script).whole());
            }
            boolean isLong = i > 0;
            results.putAll(contest.warmUp(isLong ? 1 : warmUp, names).hold(isLong ? Math.max(1, rounds / 10) : rounds));
        }
        return results;
    }

    private Sandbox sandbox(String setting) {
        return Objects.requireNonNull(sandboxes.get(setting), setting);
    }

    @Override
    public void close() {
        sandboxes.values().forEach(Sandbox::close);
    }

    private static SandboxCommand readOnly(String... command) {
        return SandboxCommand.builder(command)
                .flags(SandboxFlags.ROOT_READ_ONLY)
                .build();
    }
}
