package org.sandbox4j.local.launch;

import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.sandbox4j.SandboxUnavailableException;
import org.sandbox4j.local.host.ContextClassLoader;

/** Loads the native launcher once and remembers why it could not be. */
final class NativeSupport {
    private static final Loaded LOADED = ContextClassLoader.without(NativeSupport::load); // JNA asks ldconfig

    private record Loaded(@Nullable Launcher launcher, String failure) {}

    private NativeSupport() {}

    static Optional<Launcher> optional() {
        return Optional.ofNullable(LOADED.launcher);
    }

    static String failure() {
        return LOADED.failure;
    }

    static Launcher required() {
        return optional()
                .orElseThrow(() -> new SandboxUnavailableException("The native launcher cannot be used: " + failure()
                        + ". Give the JVM --enable-native-access and, as -Djna.tmpdir and -Djava.io.tmpdir, directories that are"
                        + " not mounted noexec, or set -D"
                        + Launchers.PROPERTY + "=auto."));
    }

    private static Loaded load() {
        if (!System.getProperty("os.name", "").toLowerCase(Locale.ROOT).contains("linux")) {
            return new Loaded(null, "this is not Linux");
        }
        try {
            NativeCode.use().close();
            return new Loaded(new NativeLauncher(), "");
        } catch (LinkageError | RuntimeException e) {
            // UnsatisfiedLinkError covers a noexec temp directory and an old C library, IllegalCallerException a JVM
            // that
            // denies native access.
            return new Loaded(
                    null, e.getCause() == null ? e.toString() : e.getCause().toString());
        }
    }
}
