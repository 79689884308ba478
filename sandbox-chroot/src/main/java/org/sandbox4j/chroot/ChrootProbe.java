package org.sandbox4j.chroot;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.sandbox4j.SandboxSetupException;
import org.sandbox4j.local.LocalIsolation;
import org.sandbox4j.local.LocalPlatform;
import org.sandbox4j.local.host.HostFacts;
import org.sandbox4j.local.host.NamespaceSettings;
import org.sandbox4j.local.launch.HelperAnswer;
import org.sandbox4j.local.launch.Launchers;
import org.sandbox4j.local.launch.OptionList;
import org.sandbox4j.spi.Availability;

/** Finds out whether sandboxes can be made on this host, by making one with all that real ones use, but without a command. */
final class ChrootProbe {
    /**
     * What was found out.
     *
     * @param obstacle why no sandboxes can be made, if they cannot
     * @param namespaces what sandboxes are made with, if they can be
     */
    record Answer(Optional<Availability.Unavailable> obstacle, Optional<Namespaces> namespaces) {
        /** Returns the answer, after having tried out which limits can be enforced. */
        Availability availability() {
            return namespaces
                    .<Availability>map(found -> LocalIsolation.available(found.description(), true))
                    .orElseGet(obstacle::orElseThrow);
        }

        /** Returns the answer without looking at limits, which takes some milliseconds. */
        Availability availabilityWithoutLimits() {
            return namespaces
                    .<Availability>map(found -> LocalIsolation.availableWithoutLimits(found.description()))
                    .orElseGet(obstacle::orElseThrow);
        }
    }

    private ChrootProbe() {}

    /**
     * Asks an unshare(1).
     *
     * @throws SandboxSetupException if it could not be asked now, for lack of descriptors or processes
     */
    static Answer ask(Path unshare) {
        Optional<Availability.Unavailable> obstacle = LocalPlatform.obstacle();
        if (obstacle.isPresent()) {
            return new Answer(obstacle, Optional.empty());
        }
        Namespaces namespaces = new Namespaces(unshare, HostFacts.current());
        HelperAnswer answer = tryOut(namespaces);
        if (answer.exitCode() != 0) {
            return new Answer(
                    Optional.of(namespaces
                            .tool()
                            .unavailable(answer.diagnostics(), NamespaceSettings.read(Path.of("/proc/sys")))),
                    Optional.empty());
        }
        return new Answer(Optional.empty(), Optional.of(namespaces));
    }

    private static HelperAnswer tryOut(Namespaces namespaces) {
        byte[] instructions = new OptionList(EnterInstructions.of(
                        LocalPlatform.trial(), namespaces.host(), false, EnterInstructions.End.TRY))
                .encoded();
        try {
            Path scratch = Files.createTempDirectory("sandbox4j-probe-");
            try {
                return Launchers.choose().ask(namespaces.command(false), instructions, scratch);
            } finally {
                Files.deleteIfExists(scratch.resolve("init"));
                Files.delete(scratch);
            }
        } catch (IOException e) {
            throw new SandboxSetupException(
                    "Cannot try out " + namespaces.unshare() + ": " + e + ". Make room in java.io.tmpdir.", e);
        }
    }
}
