package org.sandbox4j.local.launch;

import org.sandbox4j.local.host.HostErrors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Chooses the launcher: the native one where it can be loaded, else the one on {@link ProcessBuilder}. */
public final class Launchers {
    /** The system property that names the launcher: {@code auto} (the default), {@code native} or {@code process}. */
    public static final String PROPERTY = "sandbox4j.launcher";

    private static final Logger LOG = LoggerFactory.getLogger(Launchers.class);

    /** Explains failures, also one for lack of descriptors; then it could not be loaded any more. */
    @SuppressWarnings("unused")
    private static final Class<?> LOADED_EARLY = HostErrors.class;

    private Launchers() {}

    /**
     * Returns the launcher that the property names.
     *
     * @return a launcher
     * @throws org.sandbox4j.SandboxUnavailableException if the property asks for the native one and it cannot be loaded
     * @throws IllegalArgumentException if the property has another value
     */
    public static Launcher choose() {
        String name = System.getProperty(PROPERTY, "auto");
        return switch (name) {
            case "native" -> NativeSupport.required();
            case "process" -> new ShellLauncher();
            case "auto" ->
                NativeSupport.optional().orElseGet(() -> {
                    LOG.debug("native launcher unavailable ({}), using ProcessBuilder", NativeSupport.failure());
                    return new ShellLauncher();
                });
            default ->
                throw new IllegalArgumentException(
                        "The property " + PROPERTY + " is '" + name + "'. Use auto, native or process.");
        };
    }
}
