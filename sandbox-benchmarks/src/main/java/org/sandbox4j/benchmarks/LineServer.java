package org.sandbox4j.benchmarks;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** A process that does what a line says and answers with a line. For one thread. */
final class LineServer implements AutoCloseable {
    private final Process process;
    private final OutputStream orders;
    private final BufferedReader answers;

    private LineServer(Process process) {
        this.process = process;
        orders = process.getOutputStream();
        answers = process.inputReader(StandardCharsets.UTF_8);
    }

    static LineServer start(List<String> command) throws IOException {
        return new LineServer(new ProcessBuilder(command)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start());
    }

    String ask(String order) throws IOException {
        orders.write((order + "\n").getBytes(StandardCharsets.UTF_8));
        orders.flush();
        String answer = answers.readLine();
        if (answer == null || answer.startsWith("error")) {
            throw new IOException("'" + order + "' was answered with '" + answer + "'");
        }
        return answer;
    }

    long askNanoseconds(String order) throws IOException {
        return Long.parseLong(ask(order));
    }

    @Override
    public void close() throws IOException {
        orders.close();
        try {
            process.waitFor();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
