package org.sandbox4j;

import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.sandbox4j.spi.Availability;
import org.sandbox4j.spi.SandboxConfig;
import org.sandbox4j.spi.SandboxProvider;

/** Chooses the backend for one sandbox. Never takes a weaker one than was required, nor one elsewhere unless named. */
final class BackendChoice {
    private static final List<String> OF_THIS_LIBRARY = List.of("bwrap", "chroot", "remote");

    private final ProviderCatalog catalog;
    private final SandboxConfig config;
    private final List<String> rejections = new ArrayList<>();

    BackendChoice(ProviderCatalog catalog, SandboxConfig config) {
        this.catalog = catalog;
        this.config = config;
    }

    Sandbox open(@Nullable String name) {
        return name == null ? openBest() : openNamed(name);
    }

    private Sandbox openNamed(String name) {
        SandboxProvider provider = catalog.find(name).orElseThrow(() -> unknown(name));
        Availability availability = ProviderCatalog.guarded(() -> provider.probe(config));
        if (availability instanceof Availability.Available available
                && !missing(available.isolation()).isEmpty()) {
            throw new SandboxUnavailableException(
                    "Cannot open sandbox '" + name + "': it does not guarantee " + missing(available.isolation())
                            + " here, which was required. " + why(available)
                            + "Require less, or name another backend.");
        }
        return verified(provider);
    }

    private Sandbox openBest() {
        @Nullable SandboxProvider firstUnavailable = null;
        for (SandboxProvider provider : catalog.byPriority()) {
            if (provider.priority() < 0) {
                reject(
                        provider.id(),
                        "is not on this host and is taken only by name",
                        "Name it with backend(\"" + provider.id() + "\").");
                continue;
            }
            Availability availability = ProviderCatalog.guarded(() -> provider.probe(config));
            if (availability instanceof Availability.Available available) {
                if (missing(available.isolation()).isEmpty()) {
                    return verified(provider);
                }
                reject(
                        provider.id(),
                        "does not guarantee " + missing(available.isolation()) + " here",
                        why(available) + "Require less.");
            } else if (availability instanceof Availability.Unavailable unavailable) {
                reject(provider.id(), unavailable.reason(), unavailable.remedy());
                firstUnavailable = firstUnavailable == null ? provider : firstUnavailable;
            }
        }
        catalog.broken()
                .forEach(broken -> reject(
                        broken.entry(),
                        broken.asUnavailable().reason(),
                        broken.asUnavailable().remedy()));
        throw nothingFits(firstUnavailable);
    }

    /** The open sandbox has the last word on what it guarantees. */
    private Sandbox verified(SandboxProvider provider) {
        Sandbox sandbox = opened(provider);
        if (config.required().isEmpty()) {
            return sandbox;
        }
        Set<Isolation> missing = missing(sandbox.isolation());
        if (missing.isEmpty()) {
            return sandbox;
        }
        SandboxUnavailableException refusal =
                new SandboxUnavailableException("Cannot open sandbox '" + provider.id() + "': it does not guarantee "
                        + missing + " for this directory, which was required. Require less, or name another backend.");
        try {
            sandbox.close();
        } catch (RuntimeException e) {
            refusal.addSuppressed(e);
        }
        throw refusal;
    }

    private Sandbox opened(SandboxProvider provider) {
        try {
            return provider.open(config);
        } catch (LinkageError e) {
            throw new SandboxUnavailableException(
                    "unavailable",
                    "Cannot open sandbox '" + provider.id() + "': "
                            + ProviderCatalog.sentence("part of its code cannot be loaded: " + e)
                            + " Repair or replace the jars of this backend, or name another one.",
                    e);
        }
    }

    private Set<Isolation> missing(Set<Isolation> guaranteed) {
        EnumSet<Isolation> missing = EnumSet.noneOf(Isolation.class);
        missing.addAll(config.required());
        missing.removeAll(guaranteed);
        return missing;
    }

    /** Returns the reasons that the backend knows, each with a blank after it. */
    private String why(Availability.Available available) {
        return available.lacking().entrySet().stream()
                .filter(reason -> config.required().contains(reason.getKey()))
                .sorted(Map.Entry.comparingByKey())
                .map(reason -> reason.getKey() + ": " + ProviderCatalog.sentence(reason.getValue()) + " ")
                .collect(Collectors.joining());
    }

    private void reject(String backend, String reason, String remedy) {
        rejections.add(
                "  " + backend + ": " + ProviderCatalog.sentence(reason) + " " + ProviderCatalog.sentence(remedy));
    }

    private SandboxUnavailableException unknown(String name) {
        List<String> known =
                catalog.byPriority().stream().map(SandboxProvider::id).toList();
        List<String> broken = catalog.broken().stream()
                .map(entry -> entry.entry() + " (" + ProviderCatalog.withCauses(entry.failure()) + ")")
                .toList();
        return withBroken(
                new SandboxUnavailableException("Cannot open sandbox '" + name + "': there is no such backend. Found: "
                        + known + (broken.isEmpty() ? "" : "; could not be loaded: " + broken) + ". " + wayTo(name)));
    }

    private static String wayTo(String name) {
        return OF_THIS_LIBRARY.contains(name)
                ? "Add the jar sandbox-" + name + " to the class path or module path, or name another backend."
                : "This library has " + OF_THIS_LIBRARY
                        + ", each in a jar of its own, for example sandbox-bwrap. Name one of them, or add the jar that has '"
                        + name + "' to the class path or module path.";
    }

    private SandboxUnavailableException nothingFits(@Nullable SandboxProvider firstUnavailable) {
        String message = rejections.isEmpty()
                ? "Cannot open a sandbox: no backend was found. Add one to the class path or module path, for example sandbox-bwrap."
                : "Cannot open a sandbox: no backend can be used here.\n" + String.join("\n", rejections);
        if (firstUnavailable != null) {
            try {
                verified(firstUnavailable).close();
            } catch (ProgramNotFoundError e) {
                return withBroken(new ProgramNotFoundError(e.program(), message, e));
            } catch (RuntimeException e) {
                return withBroken(new SandboxUnavailableException("unavailable", message, e));
            }
        }
        return withBroken(new SandboxUnavailableException(message));
    }

    private SandboxUnavailableException withBroken(SandboxUnavailableException exception) {
        catalog.broken().forEach(broken -> exception.addSuppressed(broken.failure()));
        return exception;
    }
}
