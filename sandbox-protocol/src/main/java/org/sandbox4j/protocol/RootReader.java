package org.sandbox4j.protocol;

import java.nio.ByteBuffer;
import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.sandbox4j.CapturedOutput;
import org.sandbox4j.CommandNotFoundException;
import org.sandbox4j.Isolation;
import org.sandbox4j.Personality;
import org.sandbox4j.ResourceLimits;
import org.sandbox4j.ResourceUsage;
import org.sandbox4j.SandboxCommand;
import org.sandbox4j.SandboxFlags;
import org.sandbox4j.SandboxResult;
import org.sandbox4j.SeccompProfile;
import org.sandbox4j.Stdio;
import org.sandbox4j.Termination;

/** Reads what {@link RootWriter} writes. Throws IllegalArgumentException for values that cannot be. */
final class RootReader {
    private RootReader() {}

    static RootRequest request(JsonObject json) {
        RootSettings settings = new RootSettings(
                stringsIfAny(json, "marks"),
                json.smallIntegerIfAny("uid").orElse(0),
                json.smallIntegerIfAny("gid").orElse(0),
                json.stringIfAny("hostname").orElse(RootSettings.DEFAULT.hostname()),
                json.stringIfAny("seccomp").map(SeccompProfile::valueOf),
                json.stringIfAny("personality").map(Personality::valueOf).orElse(Personality.NATIVE),
                truthIfAny(json, "host_system"));
        return new RootRequest(
                json.list("commands", RootReader::command),
                settings,
                json.stringIfAny("environment").map(UUID::fromString),
                stringsIfAny(json, "deleted"),
                truthIfAny(json, "save"));
    }

    private static SandboxCommand command(JsonObject json) {
        SandboxCommand.Builder command = SandboxCommand.builder(json.strings("arguments"))
                .flags(stringsIfAny(json, "flags").stream()
                        .map(SandboxFlags::valueOf)
                        .toList())
                .mayFail(truthIfAny(json, "may_fail"));
        json.stringIfAny("directory").ifPresent(command::workDirectory);
        if (json.has("environ")) {
            command.environment(json.stringsByName("environ"));
        }
        command.stdin(input(json));
        outputs(json, command);
        if (json.has("timeout")) {
            command.timeout(Duration.ofNanos(json.integer("timeout")));
        }
        if (json.has("limits")) {
            command.limits(limits(json.object("limits")));
        }
        if (json.has("terminal")) {
            JsonObject terminal = json.object("terminal");
            command.terminal(terminal.smallInteger("columns"), terminal.smallInteger("rows"));
        }
        if (truthIfAny(json, "rollback")) {
            command.rollbackOnFailure();
        }
        json.stringIfAny("label").ifPresent(command::label);
        return command.build();
    }

    private static Stdio input(JsonObject json) {
        if (truthIfAny(json, "stdin_live")) {
            return Stdio.pipe();
        }
        return json.stringIfAny("stdin")
                .map(text -> Stdio.bytes(Base64.getDecoder().decode(text)))
                .orElseGet(Stdio::discard);
    }

    private static void outputs(JsonObject json, SandboxCommand.Builder command) {
        if (json.has("stdout")) {
            Stdio stdout = Stdio.capture(json.integer("stdout"));
            command.stdout(stdout);
            if (truthIfAny(json, "merged")) {
                command.stderr(stdout);
                return;
            }
        }
        if (json.has("stderr")) {
            command.stderr(Stdio.capture(json.integer("stderr")));
        }
    }

    private static ResourceLimits limits(JsonObject json) {
        ResourceLimits.Builder limits = ResourceLimits.builder();
        for (String name : json.names()) {
            JsonObject limit = json.object(name);
            limits.limit(
                    ResourceLimits.Resource.valueOf(name),
                    limit.integer("amount"),
                    limit.truth("required")
                            ? ResourceLimits.Enforcement.REQUIRED
                            : ResourceLimits.Enforcement.BEST_EFFORT);
        }
        return limits.build();
    }

    static RootResponse response(JsonObject json) {
        return new RootResponse(
                json.list("results", RootReader::result),
                json.has("failure") ? Optional.of(failure(json.object("failure"))) : Optional.empty(),
                json.stringIfAny("environment")
                        .map(id -> new SavedEnvironment(UUID.fromString(id), instant(json.string("expire")))),
                json.has("changes") ? Optional.of(changes(json.object("changes"))) : Optional.empty());
    }

    private static RootResponse.Failure failure(JsonObject json) {
        return new RootResponse.Failure(
                json.string("reason"),
                json.string("message"),
                json.stringIfAny("problem").map(CommandNotFoundException.Problem::valueOf));
    }

    private static RootResponse.Changes changes(JsonObject json) {
        return new RootResponse.Changes(json.smallInteger("entries"), json.strings("deleted"));
    }

    static SandboxResult result(JsonObject json) {
        Set<ResourceLimits.Resource> unenforced = stringsIfAny(json, "unenforced").stream()
                .map(ResourceLimits.Resource::valueOf)
                .collect(Collectors.toSet());
        return SandboxResult.of(termination(json), output(json, "stdout"), output(json, "stderr"), usage(json))
                .withUnenforced(unenforced);
    }

    private static Termination termination(JsonObject json) {
        if (json.has("exited")) {
            return new Termination.Exited(json.smallInteger("exited"));
        } else if (json.has("signalled")) {
            return new Termination.Signalled(json.smallInteger("signalled"));
        } else if (json.has("timed_out")) {
            return new Termination.TimedOut(Duration.ofNanos(json.integer("timed_out")));
        }
        return new Termination.LimitExceeded(ResourceLimits.Resource.valueOf(json.string("limit")));
    }

    private static CapturedOutput output(JsonObject json, String name) {
        return CapturedOutput.of(Base64.getDecoder().decode(json.string(name)), json.integer(name + "_total"));
    }

    private static ResourceUsage usage(JsonObject json) {
        return new ResourceUsage(
                Duration.ofNanos(json.integer("wall")),
                nanos(json, "user"),
                nanos(json, "system"),
                json.has("peak_memory") ? OptionalLong.of(json.integer("peak_memory")) : OptionalLong.empty());
    }

    private static Optional<Duration> nanos(JsonObject json, String name) {
        return json.has(name) ? Optional.of(Duration.ofNanos(json.integer(name))) : Optional.empty();
    }

    static RunEvent event(JsonObject json) {
        if (json.has("response")) {
            return new RunEvent.Ended(response(json.object("response")));
        } else if (json.has("error")) {
            return new RunEvent.Failed(json.string("error"));
        } else if (json.has("run")) {
            return new RunEvent.Begun(UUID.fromString(json.string("run")));
        } else if (json.has("stdout")) {
            return new RunEvent.Output(json.smallInteger("command"), false, bytes(json, "stdout"));
        } else if (json.has("stderr")) {
            return new RunEvent.Output(json.smallInteger("command"), true, bytes(json, "stderr"));
        } else if (json.has("started")) {
            return new RunEvent.Started(json.smallInteger("command"));
        }
        return new RunEvent.Unknown();
    }

    private static ByteBuffer bytes(JsonObject json, String name) {
        return ByteBuffer.wrap(Base64.getDecoder().decode(json.string(name)));
    }

    static RootOffer offer(JsonObject json) {
        List<String> isolation = json.strings("isolation");
        return new RootOffer(
                Stream.of(Isolation.values())
                        .filter(guarantee -> isolation.contains(guarantee.name()))
                        .collect(Collectors.toSet()),
                json.integer("output_bytes"),
                json.integer("upload_bytes"),
                Duration.ofNanos(json.integer("budget")),
                !json.has("network") || json.truth("network"),
                weakest(json.stringIfAny("seccomp")));
    }

    /** A profile that is not known here is taken for none, which leaves it to the server to refuse. */
    private static SeccompProfile weakest(Optional<String> name) {
        return Stream.of(SeccompProfile.values())
                .filter(profile -> name.filter(profile.name()::equals).isPresent())
                .findFirst()
                .orElse(SeccompProfile.NONE);
    }

    private static Instant instant(String text) {
        try {
            return Instant.parse(text);
        } catch (DateTimeParseException e) {
            throw new WireFormatException("'expire' is not a time: " + e.getMessage(), e);
        }
    }

    private static List<String> stringsIfAny(JsonObject json, String name) {
        return json.has(name) ? json.strings(name) : List.of();
    }

    private static boolean truthIfAny(JsonObject json, String name) {
        return json.has(name) && json.truth(name);
    }
}
