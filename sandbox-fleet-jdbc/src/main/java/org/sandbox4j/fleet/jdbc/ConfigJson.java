package org.sandbox4j.fleet.jdbc;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.sandbox4j.protocol.ExecuteRequest;
import org.sandbox4j.protocol.ShellCommand;

/** What was to run, as JSON. Unlike the protocol's, it tells apart all that differs. */
final class ConfigJson {
    private ConfigJson() {}

    static String write(ExecuteRequest config) {
        return Json.object(json -> {
            json.writeArrayFieldStart("commands");
            for (ShellCommand command : config.commands()) {
                command(json, command);
            }
            json.writeEndArray();
            json.writeObjectFieldStart("environ");
            for (Map.Entry<String, String> variable : config.environ().entrySet()) {
                json.writeStringField(variable.getKey(), variable.getValue());
            }
            json.writeEndObject();
            if (config.resultPath().isPresent()) {
                json.writeStringField("result_path", config.resultPath().get());
            }
            if (config.environment().isPresent()) {
                json.writeStringField("environment", config.environment().get().toString());
            }
            json.writeBooleanField("save", config.save());
        });
    }

    private static void command(JsonGenerator json, ShellCommand command) throws IOException {
        json.writeStartObject();
        json.writeStringField("line", command.line());
        if (command.timeout().isPresent()) {
            json.writeStringField("timeout", command.timeout().get().toString());
        }
        json.writeBooleanField("may_fail", command.mayFail());
        json.writeEndObject();
    }

    static ExecuteRequest read(String text) {
        ExecuteRequest.Builder config = ExecuteRequest.builder();
        Json.read(text, (name, json) -> {
            switch (name) {
                case "commands" -> commands(json).forEach(config::command);
                case "environ" -> Json.members(json, (variable, value) -> config.environ(variable, value.getText()));
                case "result_path" -> config.resultPath(json.getText());
                case "environment" -> config.environment(UUID.fromString(json.getText()));
                case "save" -> config.save(json.getBooleanValue());
                default -> json.skipChildren();
            }
        });
        return config.build();
    }

    private static List<ShellCommand> commands(JsonParser json) throws IOException {
        List<ShellCommand> commands = new ArrayList<>();
        while (json.nextToken() == JsonToken.START_OBJECT) {
            Command command = new Command();
            Json.members(json, command::member);
            commands.add(new ShellCommand(command.line, command.timeout, command.mayFail));
        }
        return commands;
    }

    private static final class Command {
        private String line = "";
        private Optional<Duration> timeout = Optional.empty();
        private boolean mayFail;

        private void member(String name, JsonParser json) throws IOException {
            switch (name) {
                case "line" -> line = json.getText();
                case "timeout" -> timeout = Optional.of(Duration.parse(json.getText()));
                case "may_fail" -> mayFail = json.getBooleanValue();
                default -> json.skipChildren();
            }
        }
    }
}
