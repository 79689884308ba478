package org.sandbox4j.protocol;

import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.util.Collection;
import java.util.Map;
import java.util.Optional;
import org.sandbox4j.Personality;
import org.sandbox4j.ResourceLimits;
import org.sandbox4j.SandboxCommand;
import org.sandbox4j.SandboxResult;
import org.sandbox4j.Stdio;
import org.sandbox4j.Termination;

/** Writes what {@link RootReader} reads. */
final class RootWriter {
    private RootWriter() {}

    static void request(JsonGenerator json, RootRequest request) throws IOException {
        json.writeStartObject();
        json.writeArrayFieldStart("commands");
        for (SandboxCommand command : request.commands()) {
            command(json, command);
        }
        json.writeEndArray();
        RootSettings settings = request.settings();
        strings(json, "marks", settings.marks());
        json.writeNumberField("uid", settings.uid());
        json.writeNumberField("gid", settings.gid());
        json.writeStringField("hostname", settings.hostname());
        string(json, "seccomp", settings.seccomp().map(Enum::name));
        if (settings.personality() != Personality.NATIVE) {
            json.writeStringField("personality", settings.personality().name());
        }
        json.writeBooleanField("host_system", settings.hostSystem());
        string(json, "environment", request.environment().map(Object::toString));
        strings(json, "deleted", request.deleted());
        json.writeBooleanField("save", request.save());
        json.writeEndObject();
    }

    private static void command(JsonGenerator json, SandboxCommand command) throws IOException {
        json.writeStartObject();
        strings(json, "arguments", command.arguments());
        strings(json, "flags", command.flags().stream().map(Enum::name).sorted().toList());
        string(json, "directory", command.workDirectory());
        if (command.environment().isPresent()) {
            json.writeObjectFieldStart("environ");
            for (Map.Entry<String, String> variable :
                    command.environment().get().entrySet()) {
                json.writeStringField(variable.getKey(), variable.getValue());
            }
            json.writeEndObject();
        }
        input(json, command.stdin());
        output(json, "stdout", command.stdout());
        output(json, "stderr", command.stderr());
        if (command.stdout().isPresent()
                && command.stderr().isPresent()
                && command.stdout().get() == command.stderr().get()) {
            json.writeBooleanField("merged", true);
        }
        if (command.timeout().isPresent()) {
            json.writeNumberField("timeout", command.timeout().get().toNanos());
        }
        if (command.limits().isPresent()) {
            limits(json, command.limits().get());
        }
        if (command.terminal().isPresent()) {
            json.writeObjectFieldStart("terminal");
            json.writeNumberField("columns", command.terminal().get().columns());
            json.writeNumberField("rows", command.terminal().get().rows());
            json.writeEndObject();
        }
        json.writeBooleanField("may_fail", command.mayFail());
        if (command.rollsBackOnFailure()) {
            json.writeBooleanField("rollback", true);
        }
        string(json, "label", command.label());
        json.writeEndObject();
    }

    private static void input(JsonGenerator json, Optional<Stdio> stdin) throws IOException {
        if (stdin.isEmpty() || stdin.get() instanceof Stdio.Discard) {
            return;
        }
        if (stdin.get() instanceof Stdio.Pipe) {
            json.writeBooleanField("stdin_live", true);
            return;
        }
        if (!(stdin.get() instanceof Stdio.Bytes bytes)) {
            throw new IllegalArgumentException("A command's input cannot be sent: " + stdin.get());
        }
        json.writeBinaryField("stdin", bytes.content());
    }

    private static void output(JsonGenerator json, String name, Optional<Stdio> output) throws IOException {
        if (output.isEmpty()) {
            return;
        }
        if (output.get() instanceof Stdio.Capture capture) {
            json.writeNumberField(name, capture.limit());
        } else if (output.get() instanceof Stdio.Discard) {
            json.writeNumberField(name, 0);
        } else {
            throw new IllegalArgumentException("A command's output cannot be asked for: " + output.get());
        }
    }

    private static void limits(JsonGenerator json, ResourceLimits limits) throws IOException {
        json.writeObjectFieldStart("limits");
        for (Map.Entry<ResourceLimits.Resource, ResourceLimits.Limit> limit :
                limits.asMap().entrySet()) {
            json.writeObjectFieldStart(limit.getKey().name());
            json.writeNumberField("amount", limit.getValue().amount());
            json.writeBooleanField("required", limit.getValue().enforcement() == ResourceLimits.Enforcement.REQUIRED);
            json.writeEndObject();
        }
        json.writeEndObject();
    }

    static void response(JsonGenerator json, RootResponse response) throws IOException {
        json.writeStartObject();
        json.writeArrayFieldStart("results");
        for (SandboxResult result : response.results()) {
            result(json, result);
        }
        json.writeEndArray();
        if (response.failure().isPresent()) {
            RootResponse.Failure failure = response.failure().get();
            json.writeObjectFieldStart("failure");
            json.writeStringField("reason", failure.reason());
            json.writeStringField("message", failure.message());
            string(json, "problem", failure.problem().map(Enum::name));
            json.writeEndObject();
        }
        if (response.environment().isPresent()) {
            SavedEnvironment environment = response.environment().get();
            json.writeStringField("environment", environment.id().toString());
            json.writeStringField("expire", environment.expires().toString());
        }
        if (response.changes().isPresent()) {
            json.writeObjectFieldStart("changes");
            json.writeNumberField("entries", response.changes().get().entries());
            strings(json, "deleted", response.changes().get().deleted());
            json.writeEndObject();
        }
        json.writeEndObject();
    }

    static void result(JsonGenerator json, SandboxResult result) throws IOException {
        json.writeStartObject();
        termination(json, result.termination());
        json.writeBinaryField("stdout", result.stdout().bytes());
        json.writeNumberField("stdout_total", result.stdout().totalBytes());
        json.writeBinaryField("stderr", result.stderr().bytes());
        json.writeNumberField("stderr_total", result.stderr().totalBytes());
        json.writeNumberField("wall", result.usage().wall().toNanos());
        if (result.usage().user().isPresent()) {
            json.writeNumberField("user", result.usage().user().get().toNanos());
        }
        if (result.usage().system().isPresent()) {
            json.writeNumberField("system", result.usage().system().get().toNanos());
        }
        if (result.usage().peakMemory().isPresent()) {
            json.writeNumberField("peak_memory", result.usage().peakMemory().getAsLong());
        }
        strings(json, "unenforced", result.unenforced().stream().map(Enum::name).toList());
        json.writeEndObject();
    }

    private static void termination(JsonGenerator json, Termination termination) throws IOException {
        if (termination instanceof Termination.Exited exited) {
            json.writeNumberField("exited", exited.code());
        } else if (termination instanceof Termination.Signalled signalled) {
            json.writeNumberField("signalled", signalled.signal());
        } else if (termination instanceof Termination.TimedOut timedOut) {
            json.writeNumberField("timed_out", timedOut.limit().toNanos());
        } else if (termination instanceof Termination.LimitExceeded exceeded) {
            json.writeStringField("limit", exceeded.which().name());
        }
    }

    private static void strings(JsonGenerator json, String name, Collection<String> values) throws IOException {
        json.writeArrayFieldStart(name);
        for (String value : values) {
            json.writeString(value);
        }
        json.writeEndArray();
    }

    private static void string(JsonGenerator json, String name, Optional<String> value) throws IOException {
        if (value.isPresent()) {
            json.writeStringField(name, value.get());
        }
    }
}
