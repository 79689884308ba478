package org.sandbox4j.examples;

import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Map;
import org.sandbox4j.Sandbox;
import org.sandbox4j.SandboxCommand;
import org.sandbox4j.SandboxFlags;
import org.sandbox4j.SandboxResult;
import org.sandbox4j.remote.RemoteOptions;
import org.sandbox4j.server.SandboxHttpServer;

/**
 * Builds commons-exec from its source jar on a sandbox server, which it starts on loopback, and shows what goes over the wire:
 * {@code RemoteBuild DIRECTORY SOURCE-JAR}.
 */
public record RemoteBuild(Sandbox sandbox, Meter meter) {
    private static final String USE = """
            import org.apache.commons.exec.*;
            class Use {
                public static void main(String[] args) throws Exception {
                    DefaultExecutor.builder().get().execute(CommandLine.parse("echo commons-exec works"));
                }}
            """;

    public static void main(String[] args) throws Exception {
        Path directory = Path.of(args[0]);
        String token = "demo-" + ProcessHandle.current().pid() + "-" + System.nanoTime();
        Path jdk = Path.of(System.getProperty("java.home"));
        if (!jdk.startsWith("/usr")) {
            throw new IllegalStateException("The server shows commands its /usr, but this JDK is '" + jdk
                    + "'. Point JAVA_HOME at a JDK below /usr.");
        }
        try (SandboxHttpServer server = SandboxHttpServer.builder()
                        .dataDirectory(directory.resolve("server"))
                        .port(0)
                        .token(token)
                        .memory(1L << 30)
                        .start();
                Meter meter = Meter.before(server.url());
                Sandbox sandbox = open(directory.resolve("client"), meter.url(), token)) {
            System.out.println("A sandbox server listens on " + server.url());
            sandbox.setEnvironment(Map.of("PATH", jdk + "/bin:/usr/bin:/bin", "LANG", "C.UTF-8"));
            sandbox.markDirectory("/build", true);
            new RemoteBuild(sandbox, meter).build(Path.of(args[1]));
        }
        System.out.println("The build succeeded on the server, and what it made is here.");
    }

    private static Sandbox open(Path directory, URI server, String token) {
        RemoteOptions options = RemoteOptions.builder(server).bearerToken(token).build();
        return Sandbox.builder(directory)
                .backend("remote")
                .with(options)
                .hostSystem()
                .open();
    }

    private void build(Path sources) throws Exception {
        Path root = sandbox.getDirectory();
        Path staged = Files.copy(
                sources, Files.createDirectories(root.resolve("build")).resolve("sources.jar"));
        Files.writeString(root.resolve("Use.java"), USE);
        long first = run("unpack", "jar --extract --file sources.jar");
        run("compile", "javac -d classes $(find org -name '*.java')");
        run("pack", "jar --create --file commons-exec.jar -C classes .");
        run("use", "java -cp commons-exec.jar /Use.java");
        long again = run("use again", "java -cp commons-exec.jar /Use.java");
        Files.writeString(root.resolve("Use.java"), "// changed\n", StandardOpenOption.APPEND);
        run("use, changed", "java -cp commons-exec.jar /Use.java");
        if (!Files.isRegularFile(root.resolve("build/commons-exec.jar")) || Files.size(staged) == 0) {
            throw new IllegalStateException("The jar did not come back; see above.");
        }
        System.out.printf("The first run sent %,d bytes, one without changes %,d.%n", first, again);
    }

    /** Returns the number of bytes sent. */
    private long run(String what, String line) throws Exception {
        long sent = meter.sent();
        long received = meter.received();
        SandboxResult result = sandbox.execute(SandboxCommand.builder("bash", "-c", line)
                .workDirectory("/build")
                .flags(SandboxFlags.ROOT_READ_ONLY)
                .build());
        System.out.printf(
                "%-13s %5d ms, exit %d, sent %,9d bytes, received %,9d%n",
                what,
                result.usage().wall().toMillis(),
                result.exitCode(),
                meter.sent() - sent,
                meter.received() - received);
        System.out.print((result.stdout().text() + result.stderr().text()).indent(4));
        if (result.exitCode() != 0) {
            throw new IllegalStateException("'" + what + "' failed on the server; see above.");
        }
        return meter.sent() - sent;
    }
}
