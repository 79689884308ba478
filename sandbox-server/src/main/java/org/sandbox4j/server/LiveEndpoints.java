package org.sandbox4j.server;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.Set;
import org.sandbox4j.SandboxProcess;
import org.sandbox4j.SandboxUnsupportedException;

/** The endpoints that reach a command while it runs: its input, signals, and the size of its terminal. */
final class LiveEndpoints {
    private static final String RUN = "/runs/([0-9a-f-]{36})/";
    private static final int LARGEST_INPUT = 1 << 20;

    private final ActiveRuns active;

    LiveEndpoints(ActiveRuns active) {
        this.active = active;
    }

    void addTo(Router router, Set<String> extensions) {
        router.add("POST", RUN + "input/", this::write)
                .add("DELETE", RUN + "input/", this::end)
                .add("POST", RUN + "signals/(TERM|KILL|STOP|CONT)/", this::signal)
                .add("POST", RUN + "terminal/([1-9][0-9]{0,4})x([1-9][0-9]{0,4})/", this::resize);
        extensions.addAll(Set.of("input", "signals", "terminal"));
    }

    /** Answers when the command's pipe has taken all, which is how a client learns that it is too fast. */
    private Answer write(Exchange exchange) throws IOException {
        InputStream body = exchange.request().getInputStream();
        byte[] input = exchange.client().receiving(() -> body.readNBytes(LARGEST_INPUT + 1));
        if (input.length > LARGEST_INPUT) {
            throw Refusal.line(413, "Input comes in pieces of at most " + LARGEST_INPUT + " bytes.");
        }
        control(exchange).withInput(stdin -> {
            stdin.write(input);
            stdin.flush();
        });
        return Answer.empty(204);
    }

    private Answer end(Exchange exchange) {
        control(exchange).withInput(OutputStream::close);
        return Answer.empty(204);
    }

    private RunControl control(Exchange exchange) {
        return active.find(exchange.tenant(), exchange.variables().get(0));
    }

    private Answer signal(Exchange exchange) {
        SandboxProcess process = control(exchange).process();
        switch (exchange.variables().get(1)) {
            case "TERM" -> process.terminate();
            case "KILL" -> process.kill();
            case "STOP" -> process.suspend();
            default -> process.resume();
        }
        return Answer.empty(204);
    }

    private Answer resize(Exchange exchange) {
        int columns = Integer.parseInt(exchange.variables().get(1));
        int rows = Integer.parseInt(exchange.variables().get(2));
        try {
            control(exchange).process().resize(columns, rows);
        } catch (IllegalArgumentException e) {
            throw Refusal.badRequest(String.valueOf(e.getMessage()));
        } catch (SandboxUnsupportedException e) {
            throw Refusal.line(409, String.valueOf(e.getMessage()));
        }
        return Answer.empty(204);
    }
}
