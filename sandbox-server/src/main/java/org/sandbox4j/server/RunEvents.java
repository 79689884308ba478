package org.sandbox4j.server;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;
import org.sandbox4j.SandboxCommand;
import org.sandbox4j.SandboxResult;
import org.sandbox4j.Stdio;

/** Sends what happens in a run as lines of JSON, as it happens. A client that is gone ends the run. Thread-safe. */
final class RunEvents implements RootCommands.Listener {
    private static final JsonFactory FACTORY = new JsonFactory();

    private final String id;
    private final OutputStream out;
    private final RunControl control;
    private final Client client;
    private final long deadline;
    private int command = -1;
    private boolean gone;
    private boolean begun;

    /**
     * Makes them for a run that has begun.
     *
     * @param budget how long its commands may take, and therefore also a client that holds them up by not reading
     */
    RunEvents(String id, OutputStream out, RunControl control, Client client, Duration budget) {
        this.id = id;
        this.out = out;
        this.control = control;
        this.client = client;
        deadline = System.nanoTime() + budget.toNanos();
    }

    private interface Members {
        void writeTo(JsonGenerator json) throws IOException;
    }

    /** Tells whether a line was sent, after which no other answer can be given. */
    boolean hasBegun() {
        return begun;
    }

    private void begin() {
        if (!begun) {
            begun = true;
            send(json -> json.writeStringField("run", id));
        }
    }

    @Override
    public SandboxCommand starting(SandboxCommand next) {
        begin();
        command++;
        Stdio stdout = sent(next.stdout(), "stdout");
        if (next.stderr().isEmpty()) {
            return next.toBuilder().stdout(stdout).build();
        }
        boolean merged = next.stdout().equals(next.stderr())
                && next.stdout().get() == next.stderr().get();
        return next.toBuilder()
                .stdout(stdout)
                .stderr(merged ? stdout : sent(next.stderr(), "stderr"))
                .build();
    }

    /** What nobody wants is not sent. */
    private Stdio sent(Optional<Stdio> output, String name) {
        boolean unwanted = output.isPresent() && output.get() instanceof Stdio.Capture capture && capture.limit() == 0;
        return unwanted ? output.get() : Stdio.to(new Output(name));
    }

    @Override
    public void started() {
        send(json -> {
            json.writeNumberField("command", command);
            json.writeBooleanField("started", true);
        });
    }

    @Override
    public void ended(SandboxResult result) {
        // The answer, which comes last, has all results.
    }

    /** Sends the answer, which is the last line. */
    void answered(byte[] response) {
        begin();
        send(json -> {
            json.writeFieldName("response");
            json.writeRawValue(new String(response, StandardCharsets.UTF_8));
        });
    }

    /** Sends that the server failed. */
    void failed() {
        send(json -> json.writeStringField("error", "The server failed; what ran, ran."));
    }

    private synchronized void send(Members members) {
        if (gone) {
            return;
        }
        try {
            ByteArrayOutputStream line = new ByteArrayOutputStream();
            try (JsonGenerator json = FACTORY.createGenerator(line)) {
                json.writeStartObject();
                members.writeTo(json);
                json.writeEndObject();
            }
            line.write('\n');
            client.sendingUntil(deadline, () -> {
                line.writeTo(out);
                out.flush();
            });
        } catch (IOException e) {
            gone = true;
            control.cancel();
        }
    }

    private final class Output extends OutputStream {
        private final String name;

        Output(String name) {
            this.name = name;
        }

        @Override
        public void write(int b) {
            write(new byte[] {(byte) b}, 0, 1);
        }

        @Override
        public void write(byte[] bytes, int offset, int length) {
            if (length > 0) {
                send(json -> {
                    json.writeNumberField("command", command);
                    json.writeFieldName(name);
                    json.writeBinary(bytes, offset, length);
                });
            }
        }
    }
}
