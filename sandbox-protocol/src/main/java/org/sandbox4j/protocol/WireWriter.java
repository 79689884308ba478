package org.sandbox4j.protocol;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.json.JsonWriteFeature;
import com.fasterxml.jackson.core.util.MinimalPrettyPrinter;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;

/** Writes the protocol's values as JSON, member by member in the order that servers have. */
final class WireWriter implements AutoCloseable {
    private static final JsonFactory FACTORY = JsonFactory.builder()
            .enable(JsonWriteFeature.ESCAPE_NON_ASCII)
            .disable(JsonWriteFeature.WRITE_HEX_UPPER_CASE)
            .build();
    private static final DateTimeFormatter ISO_MICROSECONDS =
            DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss.SSSSSSxxx");

    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    private final JsonGenerator json;

    WireWriter() throws IOException {
        json = FACTORY.createGenerator(bytes)
                .setPrettyPrinter(new PythonSeparators())
                .setCharacterEscapes(new PythonEscapes());
    }

    byte[] toBytes() throws IOException {
        json.flush();
        return bytes.toByteArray();
    }

    @Override
    public void close() throws IOException {
        json.close();
    }

    void request(ExecuteRequest request) throws IOException {
        json.writeStartObject();
        json.writeArrayFieldStart("commands");
        for (ShellCommand command : request.commands()) {
            command(command);
        }
        json.writeEndArray();
        if (!request.environ().isEmpty()) {
            strings("environ", request.environ());
        }
        string("result_path", request.resultPath());
        string("environment", request.environment().map(Object::toString));
        if (request.save()) {
            json.writeBooleanField("save", true);
        }
        json.writeEndObject();
    }

    private void command(ShellCommand command) throws IOException {
        Optional<Duration> timeout = command.timeout();
        if (timeout.isEmpty()) {
            json.writeString(command.wireText());
            return;
        }
        json.writeStartObject();
        json.writeStringField("command", command.wireText());
        json.writeFieldName("timeout");
        json.writeNumber(exactSeconds(timeout.get()));
        json.writeEndObject();
    }

    void response(ExecuteResponse response) throws IOException {
        json.writeStartObject();
        json.writeNumberField("status", response.status());
        json.writeArrayFieldStart("execution");
        for (ShellResult result : response.execution()) {
            result(result);
        }
        json.writeEndArray();
        seconds("total_time", response.totalTime());
        Optional<SavedEnvironment> saved = response.environment();
        string("environment", saved.map(environment -> environment.id().toString()));
        string("expire", saved.map(environment -> time(environment.expires())));
        string("result", response.result());
        json.writeEndObject();
    }

    private void result(ShellResult result) throws IOException {
        json.writeStartObject();
        json.writeStringField("command", result.line());
        json.writeNumberField("exit_code", result.exitCode());
        json.writeStringField("stdout", result.stdout());
        json.writeStringField("stderr", result.stderr());
        seconds("time", result.time());
        json.writeEndObject();
    }

    void specifications(Specifications specifications) throws IOException {
        json.writeStartObject();
        host(specifications.host());
        container(specifications.container());
        if (!specifications.extensions().isEmpty()) {
            json.writeArrayFieldStart("extensions");
            for (String extension :
                    specifications.extensions().stream().sorted().toList()) {
                json.writeString(extension);
            }
            json.writeEndArray();
        }
        json.writeEndObject();
    }

    private void host(Specifications.Host host) throws IOException {
        json.writeObjectFieldStart("host");
        json.writeObjectFieldStart("cpu");
        integer("core", host.cpu().core());
        integer("logical", host.cpu().logical());
        number("freq_min", host.cpu().minimumMegahertz());
        number("freq_max", host.cpu().maximumMegahertz());
        json.writeEndObject();
        memory(
                host.memory().ramBytes(),
                host.memory().swapBytes(),
                host.memory().storageBytes());
        json.writeStringField("docker_version", host.dockerVersion());
        json.writeStringField("sandbox_version", host.sandboxVersion());
        json.writeEndObject();
    }

    private void container(Specifications.Container container) throws IOException {
        json.writeObjectFieldStart("container");
        json.writeNumberField("count", container.count());
        json.writeObjectFieldStart("cpu");
        json.writeNumberField("count", container.cpu().count());
        limit("period", container.cpu().periodMicros());
        limit("shares", container.cpu().shares());
        limit("quota", container.cpu().quotaMicros());
        json.writeEndObject();
        json.writeObjectFieldStart("memory");
        limit("ram", container.memory().ramBytes());
        limit("swap", container.memory().swapBytes());
        limit("storage", container.memory().storageBytes());
        json.writeEndObject();
        rates(container.io());
        limit("process", container.processes());
        json.writeStringField("working_dir_device", container.workingDirectoryDevice());
        json.writeEndObject();
    }

    void usages(Usages usages) throws IOException {
        json.writeStartObject();
        json.writeObjectFieldStart("cpu");
        number("frequency", usages.cpu().megahertz());
        number("usage", usages.cpu().usage());
        json.writeArrayFieldStart("usage_avg");
        for (double average : usages.cpu().averages()) {
            json.writeNumber(PythonFloat.text(average));
        }
        json.writeEndArray();
        json.writeEndObject();
        memory(
                usages.memory().ramBytes(),
                usages.memory().swapBytes(),
                usages.memory().storageBytes());
        rates(usages.io());
        json.writeObjectFieldStart("network");
        json.writeNumberField("sent_bytes", usages.network().sentBytes());
        json.writeNumberField("received_bytes", usages.network().receivedBytes());
        json.writeNumberField("sent_packets", usages.network().sentPackets());
        json.writeNumberField("received_packets", usages.network().receivedPackets());
        json.writeEndObject();
        json.writeNumberField("process", usages.processes());
        json.writeNumberField("container", usages.containers());
        json.writeEndObject();
    }

    void libraries(Libraries libraries) throws IOException {
        json.writeStartObject();
        json.writeObjectFieldStart("libraries");
        for (Map.Entry<String, Map<String, String>> kind : libraries.libraries().entrySet()) {
            strings(kind.getKey(), kind.getValue());
        }
        json.writeEndObject();
        json.writeArrayFieldStart("bin");
        for (String program : libraries.programs()) {
            json.writeString(program);
        }
        json.writeEndArray();
        json.writeEndObject();
    }

    private void memory(long ram, long swap, Map<String, Long> storage) throws IOException {
        json.writeObjectFieldStart("memory");
        json.writeNumberField("ram", ram);
        json.writeNumberField("swap", swap);
        integers("storage", storage);
        json.writeEndObject();
    }

    private void rates(DeviceRates rates) throws IOException {
        json.writeObjectFieldStart("io");
        integers("read_iops", rates.readOperations());
        integers("read_bps", rates.readBytes());
        integers("write_iops", rates.writeOperations());
        integers("write_bps", rates.writeBytes());
        json.writeEndObject();
    }

    private void integers(String name, Map<String, Long> values) throws IOException {
        json.writeObjectFieldStart(name);
        for (Map.Entry<String, Long> value : values.entrySet()) {
            json.writeNumberField(value.getKey(), value.getValue());
        }
        json.writeEndObject();
    }

    private void strings(String name, Map<String, String> values) throws IOException {
        json.writeObjectFieldStart(name);
        for (Map.Entry<String, String> value : values.entrySet()) {
            json.writeStringField(value.getKey(), value.getValue());
        }
        json.writeEndObject();
    }

    private void string(String name, Optional<String> value) throws IOException {
        if (value.isPresent()) {
            json.writeStringField(name, value.get());
        }
    }

    private void integer(String name, OptionalInt value) throws IOException {
        if (value.isPresent()) {
            json.writeNumberField(name, value.getAsInt());
        } else {
            json.writeNullField(name);
        }
    }

    private void limit(String name, OptionalLong value) throws IOException {
        json.writeNumberField(name, value.orElse(-1));
    }

    private void number(String name, double value) throws IOException {
        json.writeFieldName(name);
        json.writeNumber(PythonFloat.text(value));
    }

    private void seconds(String name, Duration value) throws IOException {
        number(name, value.getSeconds() + value.getNano() / 1e9);
    }

    /** 1 s is 1 and not 1.0, because servers repeat the number in messages. */
    private static String exactSeconds(Duration value) {
        BigDecimal nanos = BigDecimal.valueOf(value.getNano(), 9);
        return BigDecimal.valueOf(value.getSeconds())
                .add(nanos)
                .stripTrailingZeros()
                .toPlainString();
    }

    private static String time(Instant instant) {
        return ISO_MICROSECONDS.format(instant.atOffset(ZoneOffset.UTC));
    }

    private static final class PythonSeparators extends MinimalPrettyPrinter {
        private static final long serialVersionUID = 1L;

        @Override
        public void writeObjectFieldValueSeparator(JsonGenerator generator) throws IOException {
            generator.writeRaw(": ");
        }

        @Override
        public void writeObjectEntrySeparator(JsonGenerator generator) throws IOException {
            generator.writeRaw(", ");
        }

        @Override
        public void writeArrayValueSeparator(JsonGenerator generator) throws IOException {
            generator.writeRaw(", ");
        }
    }
}
