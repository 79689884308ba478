package org.sandbox4j.chroot;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import org.sandbox4j.Isolation;
import org.sandbox4j.ProgramNotFoundError;
import org.sandbox4j.Sandbox;
import org.sandbox4j.SandboxSetupException;
import org.sandbox4j.SandboxUnavailableException;
import org.sandbox4j.local.LocalSandbox;
import org.sandbox4j.local.ToolIsolator;
import org.sandbox4j.local.host.HostPrograms;
import org.sandbox4j.local.seccomp.KernelFilters;
import org.sandbox4j.spi.Availability;
import org.sandbox4j.spi.SandboxConfig;
import org.sandbox4j.spi.SandboxProvider;

/** Opens sandboxes with namespaces of util-linux, without bubblewrap. Thread-safe. */
public final class ChrootSandboxProvider implements SandboxProvider {
    static final String ID = "chroot";

    private static final int SECOND_CHOICE = 50;

    private static final String REMEDY =
            "Install util-linux (Debian, Ubuntu: apt-get install util-linux; Fedora: dnf install util-linux; "
                    + "Alpine: apk add util-linux-misc), or pass its location with ChrootOptions.unshare(Path).";

    /** What worked goes on working; what did not is asked again. */
    private static final Map<Path, ChrootProbe.Answer> WORKING = new ConcurrentHashMap<>();

    /** Makes a provider; it does nothing yet. */
    public ChrootSandboxProvider() {}

    @Override
    public String id() {
        return ID;
    }

    @Override
    public int priority() {
        return SECOND_CHOICE;
    }

    @Override
    public Availability probe() {
        return probe(ChrootOptions.defaults(), ChrootProbe.Answer::availability);
    }

    @Override
    public Availability probe(SandboxConfig config) {
        return probe(
                options(config),
                config.required().contains(Isolation.LIMITS)
                        ? ChrootProbe.Answer::availability
                        : ChrootProbe.Answer::availabilityWithoutLimits);
    }

    @Override
    public Sandbox open(SandboxConfig config) {
        ChrootOptions options = options(config);
        Path unshare = locate(options)
                .orElseThrow(() -> new ProgramNotFoundError(
                        "unshare", "Cannot open sandbox '" + ID + "': " + notFound(options) + " " + REMEDY));
        ChrootProbe.Answer answer = answer(unshare);
        Namespaces namespaces = answer.namespaces().orElseThrow(() -> unavailable(answer.availabilityWithoutLimits()));
        boolean nested = options.nestedNamespaces();
        return LocalSandbox.open(
                config,
                new ToolIsolator(
                        ID,
                        namespaces.tool(),
                        new ToolIsolator.Traits(true, true, nested),
                        KernelFilters.choose(config, nested),
                        plan -> namespaces.call(plan, nested)));
    }

    private static ChrootOptions options(SandboxConfig config) {
        return config.options(ChrootOptions.class).orElseGet(ChrootOptions::defaults);
    }

    private static Availability probe(ChrootOptions options, Function<ChrootProbe.Answer, Availability> question) {
        Optional<Path> unshare = locate(options);
        if (unshare.isEmpty()) {
            return new Availability.Unavailable(notFound(options), REMEDY);
        }
        try {
            return question.apply(answer(unshare.get()));
        } catch (SandboxSetupException e) {
            return new Availability.Unavailable(
                    "it cannot be tried out now. " + e.getMessage(), "Run bin/doctor again when that has passed.");
        }
    }

    private static ChrootProbe.Answer answer(Path unshare) {
        ChrootProbe.Answer known = WORKING.get(unshare);
        if (known != null) {
            return known;
        }
        ChrootProbe.Answer answer = ChrootProbe.ask(unshare);
        if (answer.namespaces().isPresent()) {
            WORKING.put(unshare, answer);
        }
        return answer;
    }

    private static Optional<Path> locate(ChrootOptions options) {
        return options.unshare().isPresent()
                ? options.unshare().filter(program -> Files.isRegularFile(program) && Files.isExecutable(program))
                : HostPrograms.find("unshare");
    }

    private static String notFound(ChrootOptions options) {
        return options.unshare()
                .map(program -> "there is no executable file '" + program + "', which ChrootOptions.unshare names.")
                .orElseGet(() -> "the host program 'unshare' was not found on PATH or in the system's directories ("
                        + HostPrograms.searchPath() + ").");
    }

    private static SandboxUnavailableException unavailable(Availability availability) {
        String why = availability instanceof Availability.Unavailable unavailable
                ? unavailable.reason() + " " + unavailable.remedy()
                : availability.toString();
        return new SandboxUnavailableException("Cannot open sandbox '" + ID + "': " + why);
    }
}
