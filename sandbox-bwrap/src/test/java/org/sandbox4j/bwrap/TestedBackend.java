package org.sandbox4j.bwrap;

import org.junit.jupiter.api.Assumptions;
import org.sandbox4j.BackendOptions;
import org.sandbox4j.SandboxBuilder;
import org.sandbox4j.Sandboxes;
import org.sandbox4j.spi.Availability;

/**
 * The backend of this host that tests run with which are the same for all: bubblewrap, unless a system property names another.
 */
final class TestedBackend {
    private static final String PROPERTY = "sandbox4j.tests.backend";

    private TestedBackend() {}

    static String id() {
        return System.getProperty(PROPERTY, BwrapSandboxProvider.ID);
    }

    /** The option with which a child JVM tests the same one. */
    static String option() {
        return "-D" + PROPERTY + "=" + id();
    }

    /** The option with which a child JVM takes it for its default. */
    static String choice() {
        return "-D" + SandboxBuilder.BACKEND_PROPERTY + "=" + id();
    }

    /** Lets commands make user namespaces, whichever backend it is; the other one's options are not on the class path. */
    static SandboxBuilder nesting(SandboxBuilder builder) {
        if (id().equals(BwrapSandboxProvider.ID)) {
            return builder.backend(id()).with(BwrapOptions.defaults().nestedNamespaces(true));
        }
        try {
            Class<?> options = Class.forName("org.sandbox4j.chroot.ChrootOptions");
            Object defaults = options.getMethod("defaults").invoke(null);
            Object nesting =
                    options.getMethod("nestedNamespaces", boolean.class).invoke(defaults, true);
            return builder.backend(id()).with((BackendOptions) nesting);
        } catch (ReflectiveOperationException e) {
            throw new LinkageError(e.toString(), e);
        }
    }

    static void assumeAvailable() {
        Availability availability = Sandboxes.diagnose().stream()
                .filter(diagnosis -> diagnosis.backend().equals(id()))
                .findFirst()
                .orElseThrow()
                .availability();
        if (availability instanceof Availability.Unavailable unavailable) {
            Assumptions.abort("Skipped: the backend '" + id() + "' cannot be used here, " + unavailable.reason() + " "
                    + unavailable.remedy());
        }
    }
}
