package org.sandbox4j.protocol;

import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;

/** Makes the protocol's values of JSON objects. */
final class WireReader {
    /** What a duration of seconds can be without an overflow: 31 years. */
    private static final double MAX_SECONDS = 1e9;

    private WireReader() {}

    static Specifications specifications(JsonObject json) {
        return new Specifications(host(json.object("host")), container(json.object("container")), extensions(json));
    }

    private static Set<String> extensions(JsonObject json) {
        return json.has("extensions") ? Set.copyOf(json.strings("extensions")) : Set.of();
    }

    private static Specifications.Host host(JsonObject json) {
        JsonObject cpu = json.object("cpu");
        JsonObject memory = json.object("memory");
        return new Specifications.Host(
                new Specifications.HostCpu(
                        cpu.smallIntegerIfAny("core"),
                        cpu.smallIntegerIfAny("logical"),
                        cpu.numberOrZero("freq_min"),
                        cpu.numberOrZero("freq_max")),
                new Specifications.HostMemory(
                        memory.integer("ram"), memory.integer("swap"), memory.integers("storage")),
                json.stringIfAny("docker_version").orElse(""),
                json.stringIfAny("sandbox_version").orElse(""));
    }

    private static Specifications.Container container(JsonObject json) {
        JsonObject cpu = json.object("cpu");
        JsonObject memory = json.object("memory");
        return new Specifications.Container(
                json.smallInteger("count"),
                new Specifications.ContainerCpu(
                        cpu.smallInteger("count"), cpu.limit("period"), cpu.limit("shares"), cpu.limit("quota")),
                new Specifications.ContainerMemory(memory.limit("ram"), memory.limit("swap"), memory.limit("storage")),
                rates(json.objectIfAny("io")),
                json.limit("process"),
                json.stringIfAny("working_dir_device").orElse(""));
    }

    private static DeviceRates rates(JsonObject json) {
        return new DeviceRates(
                rate(json, "read_iops"), rate(json, "read_bps"), rate(json, "write_iops"), rate(json, "write_bps"));
    }

    /** Usages have objects here; limits may be docker's lists of objects, as the server's settings have them. */
    private static Map<String, Long> rate(JsonObject json, String name) {
        Map<String, Long> rates = new LinkedHashMap<>();
        if (json.isArray(name)) {
            json.list(name, device -> rates.put(device.string("Path"), device.integer("Rate")));
        } else if (json.has(name)) {
            rates.putAll(json.integers(name));
        }
        return rates;
    }

    static Usages usages(JsonObject json) {
        JsonObject cpu = json.object("cpu");
        JsonObject memory = json.object("memory");
        JsonObject network = json.object("network");
        return new Usages(
                new Usages.Cpu(cpu.numberOrZero("frequency"), cpu.number("usage"), cpu.numbers("usage_avg")),
                new Usages.Memory(memory.integer("ram"), memory.integer("swap"), memory.integers("storage")),
                rates(json.object("io")),
                new Usages.Network(
                        network.integer("sent_bytes"),
                        network.integer("received_bytes"),
                        network.integer("sent_packets"),
                        network.integer("received_packets")),
                json.smallInteger("process"),
                json.smallInteger("container"));
    }

    static Libraries libraries(JsonObject json) {
        JsonObject kinds = json.object("libraries");
        Map<String, Map<String, String>> libraries = new LinkedHashMap<>();
        for (String kind : kinds.names()) {
            libraries.put(kind, kinds.stringsByName(kind));
        }
        return new Libraries(libraries, json.strings("bin"));
    }

    static ExecuteResponse executeResponse(JsonObject json) {
        return new ExecuteResponse(
                json.smallInteger("status"),
                json.list("execution", WireReader::result),
                seconds(json, "total_time"),
                environment(json),
                json.stringIfAny("result"));
    }

    private static ShellResult result(JsonObject json) {
        return new ShellResult(
                json.string("command"),
                json.smallInteger("exit_code"),
                json.string("stdout"),
                json.string("stderr"),
                seconds(json, "time"));
    }

    private static Duration seconds(JsonObject json, String name) {
        double seconds = json.number(name);
        if (Math.abs(seconds) > MAX_SECONDS) {
            throw new WireFormatException("'" + name + "' is no duration: " + seconds, null);
        }
        return Duration.ofNanos(Math.round(seconds * 1e9));
    }

    private static Optional<SavedEnvironment> environment(JsonObject json) {
        return json.stringIfAny("environment").map(id -> new SavedEnvironment(uuid(id), expiry(json.string("expire"))));
    }

    private static UUID uuid(String text) {
        try {
            UUID id = UUID.fromString(text);
            if (id.toString().equals(text)) {
                return id;
            }
        } catch (IllegalArgumentException e) {
            throw new WireFormatException("'environment' is not the id of an environment.", e);
        }
        throw new WireFormatException("'environment' is not the id of an environment.", null);
    }

    private static Instant expiry(String text) {
        try {
            return OffsetDateTime.parse(text).toInstant();
        } catch (DateTimeException e) {
            throw new WireFormatException("'expire' is not a time: " + e.getMessage(), e);
        }
    }
}
