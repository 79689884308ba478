package org.sandbox4j.benchmarks;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicLong;

/**
 * A fake of any number of sandbox servers, each below a path of its own, in a JVM of its own: they answer at once and run nothing,
 * so that what is measured is the fleet. See {@link LineServer}.
 */
final class FakeServers {
    private static final String USAGES = """
            {"cpu": {"frequency": 2596.1, "usage": 0.5, "usage_avg": [0.5, 0.4, 0.3]},
             "memory": {"ram": 457777152, "swap": 0, "storage": {"/dev/vda": 25492750336}},
             "io": {"read_iops": {"/dev/vda": 59}, "read_bps": {"/dev/vda": 1019904},
                    "write_iops": {"/dev/vda": 21}, "write_bps": {"/dev/vda": 7710720}},
             "network": {"sent_bytes": 1, "received_bytes": 2, "sent_packets": 3, "received_packets": 4},
             "process": 96, "container": 0}
            """;
    private static final String SPECIFICATIONS = """
            {"host": {"cpu": {"core": 2, "logical": 2, "freq_min": 0.0, "freq_max": 0.0},
                      "memory": {"ram": 25276514304, "swap": 0, "storage": {"/dev/vda": 270553174016}},
                      "docker_version": "20.10.24", "sandbox_version": "3.0.3"},
             "container": {"count": 20, "cpu": {"count": 1, "period": 1000, "shares": 1024, "quota": 0},
                           "memory": {"ram": 100000000, "swap": 100000000, "storage": -1},
                           "io": {"read_iops": {}, "read_bps": {}, "write_iops": {}, "write_bps": {}},
                           "process": -1, "working_dir_device": "/dev/vda"}}
            """;
    private static final String LIBRARIES = """
            {"libraries": {"system": {"tar": "1.34"}, "python": {}, "perl": {}, "c": {}}, "bin": ["awk", "true"]}
            """;
    private static final String EXECUTED = """
            {"status": 0, "execution": [{"command": "true", "exit_code": 0, "stdout": "", "stderr": "", "time": 0.001}],
             "total_time": 0.001}
            """;

    private static final AtomicLong USAGE_POLLS = new AtomicLong();

    private FakeServers() {}

    public static void main(String[] arguments) throws IOException {
        HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 1024);
        server.setExecutor(Executors.newFixedThreadPool(4));
        server.createContext("/", FakeServers::answer);
        server.start();
        PrintStream answers = System.out;
        BufferedReader orders = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        for (String order = orders.readLine(); order != null; order = orders.readLine()) {
            answers.println(
                    order.equals("polls")
                            ? USAGE_POLLS.toString()
                            : "http://127.0.0.1:" + server.getAddress().getPort() + "/");
        }
        System.exit(0);
    }

    private static void answer(HttpExchange exchange) throws IOException {
        exchange.getRequestBody().readAllBytes();
        byte[] body = body(exchange.getRequestURI().getPath()).getBytes(StandardCharsets.UTF_8);
        exchange.getResponseHeaders().set("Content-Type", "application/json");
        exchange.sendResponseHeaders(200, body.length);
        exchange.getResponseBody().write(body);
        exchange.close();
    }

    private static String body(String path) {
        if (path.endsWith("/usages/")) {
            USAGE_POLLS.incrementAndGet();
            return USAGES;
        } else if (path.endsWith("/specifications/")) {
            return SPECIFICATIONS;
        } else if (path.endsWith("/libraries/")) {
            return LIBRARIES;
        }
        return EXECUTED;
    }
}
