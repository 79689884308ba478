package org.sandbox4j.bwrap;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.sandbox4j.Isolation;
import org.sandbox4j.ProgramNotFoundError;
import org.sandbox4j.Sandbox;
import org.sandbox4j.SandboxSetupException;
import org.sandbox4j.SandboxUnavailableException;
import org.sandbox4j.local.LocalSandbox;
import org.sandbox4j.local.ToolIsolator;
import org.sandbox4j.local.host.HostErrors;
import org.sandbox4j.local.host.HostPrograms;
import org.sandbox4j.local.seccomp.KernelFilters;
import org.sandbox4j.local.seccomp.SeccompProgram;
import org.sandbox4j.spi.Availability;
import org.sandbox4j.spi.SandboxConfig;
import org.sandbox4j.spi.SandboxProvider;

/** Opens sandboxes with bubblewrap. Thread-safe. */
public final class BwrapSandboxProvider implements SandboxProvider {
    static final String ID = "bwrap";

    private static final int PREFERRED = 100;

    /** Probing takes some 20 ms, and what worked goes on working; what did not is asked again. */
    private static final Map<Path, BwrapProbe.Answer> WORKING = new ConcurrentHashMap<>();

    /** Makes a provider; it does nothing yet. */
    public BwrapSandboxProvider() {}

    @Override
    public String id() {
        return ID;
    }

    @Override
    public int priority() {
        return PREFERRED;
    }

    @Override
    public Availability probe() {
        return probe(BwrapOptions.defaults(), BwrapProbe.Answer::availability);
    }

    @Override
    public Availability probe(SandboxConfig config) {
        return probe(
                config.options(BwrapOptions.class).orElseGet(BwrapOptions::defaults),
                config.required().contains(Isolation.LIMITS)
                        ? BwrapProbe.Answer::availability
                        : BwrapProbe.Answer::availabilityWithoutLimits);
    }

    @Override
    public Sandbox open(SandboxConfig config) {
        BwrapOptions options = config.options(BwrapOptions.class).orElseGet(BwrapOptions::defaults);
        Path program = locate(options).orElseThrow(() -> missing(options));
        BwrapProbe.Answer answer = answer(program);
        if (answer.lackOfDescriptors()) {
            throw new SandboxSetupException(
                    "no-descriptors",
                    "Cannot try out bubblewrap at " + program + ": " + HostErrors.lackOfDescriptors(),
                    null);
        }
        BwrapInstallation installation = answer.installation();
        if (installation == null) {
            throw new SandboxUnavailableException(
                    "Cannot open sandbox '" + ID + "': " + text(answer.availabilityWithoutLimits()));
        }
        boolean nested = options.nestedNamespaces();
        Optional<SeccompProgram> seccomp = KernelFilters.choose(config, nested);
        return LocalSandbox.open(
                config,
                new ToolIsolator(
                        ID,
                        installation.tool(),
                        new ToolIsolator.Traits(installation.features().sizesFileSystems(), false, nested),
                        seccomp,
                        plan -> installation.call(plan, nested, seccomp.isPresent())));
    }

    private static Availability probe(BwrapOptions options, Function<BwrapProbe.Answer, Availability> question) {
        return locate(options)
                .map(program -> question.apply(answer(program)))
                .orElseGet(() -> new Availability.Unavailable(notFound(options), remedy()));
    }

    private static BwrapProbe.Answer answer(Path program) {
        BwrapProbe.Answer known = WORKING.get(program);
        if (known != null) {
            return known;
        }
        BwrapProbe.Answer answer = new BwrapProbe(program).ask();
        if (answer.installation() != null) {
            WORKING.put(program, answer);
        }
        return answer;
    }

    private static Optional<Path> locate(BwrapOptions options) {
        return options.program().isPresent()
                ? options.program().filter(program -> Files.isRegularFile(program) && Files.isExecutable(program))
                : HostPrograms.find("bwrap");
    }

    private static ProgramNotFoundError missing(BwrapOptions options) {
        return new ProgramNotFoundError(
                "bwrap", "Cannot open sandbox '" + ID + "': " + notFound(options) + " " + remedy());
    }

    private static String notFound(BwrapOptions options) {
        return options.program()
                .map(program -> "there is no executable file '" + program + "', which BwrapOptions.program names.")
                .orElseGet(() -> "the host program 'bwrap' was not found on PATH or in the system's directories ("
                        + HostPrograms.searchPath().stream().map(Path::toString).collect(Collectors.joining(":"))
                        + ").");
    }

    private static String remedy() {
        return "Install bubblewrap (Debian, Ubuntu: apt-get install bubblewrap; Fedora: dnf install bubblewrap; "
                + "Alpine: apk add bubblewrap), or pass its location with BwrapOptions.program(Path).";
    }

    private static String text(Availability availability) {
        return availability instanceof Availability.Unavailable unavailable
                ? unavailable.reason() + " " + unavailable.remedy()
                : availability.toString();
    }
}
