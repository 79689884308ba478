package org.sandbox4j.bwrap;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.sandbox4j.local.LocalIsolation;
import org.sandbox4j.local.LocalPlatform;
import org.sandbox4j.local.host.HostErrors;
import org.sandbox4j.local.host.HostFacts;
import org.sandbox4j.local.host.HostTool;
import org.sandbox4j.local.host.NamespaceSettings;
import org.sandbox4j.spi.Availability;

/** Finds out whether one bubblewrap works on this host, by making a sandbox with all that real ones use. */
final class BwrapProbe {
    /**
     * What was found out.
     *
     * @param obstacle why no sandboxes can be made, if they cannot
     * @param installation what sandboxes are made with, if they can be
     * @param lackOfDescriptors whether it could not be asked for lack of descriptors
     */
    record Answer(
            Availability.@Nullable Unavailable obstacle,
            @Nullable BwrapInstallation installation,
            boolean lackOfDescriptors) {
        /** Returns the answer, after having tried out which limits can be enforced. */
        Availability availability() {
            if (installation == null) {
                return Objects.requireNonNull(obstacle, "obstacle");
            }
            return LocalIsolation.available(
                    installation.description(), installation.features().sizesFileSystems());
        }

        /** Returns the answer without looking at limits, which takes some milliseconds. */
        Availability availabilityWithoutLimits() {
            if (installation == null) {
                return Objects.requireNonNull(obstacle, "obstacle");
            }
            return LocalIsolation.availableWithoutLimits(installation.description());
        }
    }

    private static final Path TRIVIAL_COMMAND = Path.of("/bin/true");

    private final Path program;

    BwrapProbe(Path program) {
        this.program = program;
    }

    Answer ask() {
        Availability.Unavailable obstacle = LocalPlatform.obstacle().orElse(null);
        if (obstacle != null) {
            return new Answer(obstacle, null, false);
        }
        try {
            if (isSetuid()) {
                return unavailable(
                        "bubblewrap at " + program
                                + " is installed setuid root, and then refuses options that sandboxes need.",
                        "Run: chmod u-s " + program + ", and allow unprivileged user namespaces.");
            }
            HostTool.Answer version = HostTool.run(program, List.of("--version"));
            if (version.exitCode() != 0) {
                return unavailable(
                        "bubblewrap at " + program + " cannot be run: "
                                + version.output().strip() + ".",
                        "Install it again.");
            }
            BwrapFeatures features = features(version);
            if (!features.missing().isEmpty()) {
                return unavailable(
                        "bubblewrap " + features.version() + " at " + program + " is too old: it lacks "
                                + features.missing() + ".",
                        "Install bubblewrap " + BwrapFeatures.OLDEST_SUPPORTED + " or later.");
            }
            return tried(features);
        } catch (IOException e) {
            if (HostErrors.isLackOfDescriptors(e)) {
                return new Answer(
                        new Availability.Unavailable(
                                "bubblewrap at " + program + " cannot be tried out.",
                                "Note that " + HostErrors.lackOfDescriptors()),
                        null,
                        true);
            }
            return unavailable(
                    "bubblewrap at " + program + " cannot be run: " + e.getMessage() + ".", "Install it again.");
        }
    }

    private boolean isSetuid() throws IOException {
        return ((Integer) Files.getAttribute(program, "unix:mode") & 04000) != 0;
    }

    private BwrapFeatures features(HostTool.Answer version) throws IOException {
        return BwrapFeatures.parse(
                version.output(), HostTool.run(program, List.of("--help")).output());
    }

    private Answer tried(BwrapFeatures features) throws IOException {
        BwrapInstallation installation = new BwrapInstallation(program, features, HostFacts.current());
        List<String> arguments = new ArrayList<>(BwrapCommandLine.of(LocalPlatform.trial(), installation, false, false)
                .options());
        arguments.addAll(List.of("--", TRIVIAL_COMMAND.toString()));
        HostTool.Answer answer = HostTool.run(program, arguments);
        if (answer.exitCode() == 0) {
            return new Answer(null, installation, false);
        }
        return new Answer(
                BwrapInstallation.tool(program)
                        .unavailable(answer.output(), NamespaceSettings.read(Path.of("/proc/sys"))),
                null,
                false);
    }

    private static Answer unavailable(String reason, String remedy) {
        return new Answer(new Availability.Unavailable(reason, remedy), null, false);
    }
}
