package org.sandbox4j.benchmarks;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.lang.management.ManagementFactory;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.sandbox4j.remote.fleet.SandboxFleet;

/** A JVM of its own with a fleet of many servers, so that its threads and memory can be looked at. See {@link LineServer}. */
final class FleetProgram {
    private FleetProgram() {}

    /** Takes the address below which the servers are, and how many. */
    public static void main(String[] arguments) throws IOException, InterruptedException {
        URI servers = URI.create(arguments[0]);
        PrintStream answers = System.out;
        BufferedReader orders = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        try (SandboxFleet fleet = SandboxFleet.builder().build()) {
            for (int i = 0; i < Integer.parseInt(arguments[1]); i++) {
                fleet.add("server " + i, servers.resolve("s" + i + "/"));
            }
            fleet.start();
            for (String order = orders.readLine(); order != null; order = orders.readLine()) {
                answers.println(observed(Duration.ofSeconds(Long.parseLong(order))));
            }
        }
    }

    /** The share of one processor in that time, then threads, and peak memory. */
    private static String observed(Duration time) throws IOException, InterruptedException {
        Duration before = processorTime();
        long start = System.nanoTime();
        TimeUnit.NANOSECONDS.sleep(time.toNanos());
        double share = (double) processorTime().minus(before).toNanos() / (System.nanoTime() - start);
        int threads = ManagementFactory.getThreadMXBean().getPeakThreadCount();
        return share + " " + threads + " " + PeakMemory.ofThisJvm().toLine();
    }

    private static Duration processorTime() {
        return ProcessHandle.current().info().totalCpuDuration().orElseThrow();
    }
}
