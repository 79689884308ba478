package org.sandbox4j.fleet.jdbc;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.sandbox4j.protocol.DeviceRates;
import org.sandbox4j.protocol.Usages;

/** What of a usage is more than one number: the averages of the processors, and what goes by device. */
record UsageDetails(List<Double> averages, Map<String, Long> storageBytes, DeviceRates io) {
    private static final String AVERAGES = "cpu_averages";
    private static final String STORAGE = "storage_bytes";
    private static final String READ_OPERATIONS = "read_operations";
    private static final String READ_BYTES = "read_bytes";
    private static final String WRITE_OPERATIONS = "write_operations";
    private static final String WRITE_BYTES = "write_bytes";

    static UsageDetails of(Usages usages) {
        return new UsageDetails(usages.cpu().averages(), usages.memory().storageBytes(), usages.io());
    }

    String toJson() {
        return Json.object(json -> {
            json.writeArrayFieldStart(AVERAGES);
            for (double average : averages) {
                json.writeNumber(average);
            }
            json.writeEndArray();
            Json.write(json, STORAGE, storageBytes);
            Json.write(json, READ_OPERATIONS, io.readOperations());
            Json.write(json, READ_BYTES, io.readBytes());
            Json.write(json, WRITE_OPERATIONS, io.writeOperations());
            Json.write(json, WRITE_BYTES, io.writeBytes());
        });
    }

    static UsageDetails read(String text) {
        Reading reading = new Reading();
        Json.read(text, reading::member);
        return new UsageDetails(
                reading.averages,
                reading.storage,
                new DeviceRates(
                        reading.readOperations, reading.readBytes, reading.writeOperations, reading.writeBytes));
    }

    private static final class Reading {
        private final List<Double> averages = new ArrayList<>();
        private Map<String, Long> storage = Map.of();
        private Map<String, Long> readOperations = Map.of();
        private Map<String, Long> readBytes = Map.of();
        private Map<String, Long> writeOperations = Map.of();
        private Map<String, Long> writeBytes = Map.of();

        private void member(String name, JsonParser json) throws IOException {
            switch (name) {
                case AVERAGES -> {
                    while (json.nextToken() != JsonToken.END_ARRAY) {
                        averages.add(json.getDoubleValue());
                    }
                }
                case STORAGE -> storage = Json.numbers(json);
                case READ_OPERATIONS -> readOperations = Json.numbers(json);
                case READ_BYTES -> readBytes = Json.numbers(json);
                case WRITE_OPERATIONS -> writeOperations = Json.numbers(json);
                case WRITE_BYTES -> writeBytes = Json.numbers(json);
                default -> json.skipChildren();
            }
        }
    }
}
