package org.sandbox4j.examples;

import java.lang.ProcessBuilder.Redirect;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.sandbox4j.Sandbox;
import org.sandbox4j.SandboxCommand;
import org.sandbox4j.SandboxFlags;
import org.sandbox4j.SandboxResult;

/** Builds commons-exec from its source jar, then tries to get out: {@code HermeticBuild DIRECTORY SOURCE-JAR}. */
public record HermeticBuild(Sandbox sandbox, Path root) {
    private static final String USE = """
            import org.apache.commons.exec.*;
            class Use {
                public static void main(String[] args) throws Exception {
                    DefaultExecutor.builder().get().execute(CommandLine.parse("echo commons-exec works"));
                }}
            """;

    public static void main(String[] args) throws Exception {
        Path jdk = Path.of(System.getProperty("java.home"));
        var builder = Sandbox.builder(Path.of(args[0])).hostSystem().bind(jdk, jdk.toString());
        try (Sandbox sandbox = builder.open()) {
            HermeticBuild build = new HermeticBuild(sandbox, sandbox.getDirectory());
            Path cached = Files.copy(Path.of(args[1]), Path.of(args[0], "cached.jar"));
            Files.createLink(Files.createDirectory(build.root.resolve("build")).resolve("sources.jar"), cached);
            Files.writeString(build.root.resolve("Use.java"), USE);
            sandbox.setEnvironment(Map.of("PATH", jdk + "/bin:/usr/bin:/bin", "LANG", "C.UTF-8"));
            sandbox.markDirectory("/build", true);
            boolean held = build.succeeds() && build.isContained() && Files.size(cached) > 0;
            if (!held || Files.getLastModifiedTime(cached).toMillis() == 0) {
                throw new IllegalStateException("The build failed, or got out of its sandbox; see above.");
            }
        }
        System.out.println("The build succeeded, its cache is unharmed, and everything else was blocked.");
    }

    private boolean succeeds() throws Exception {
        return run("unpack", "/build", "jar --extract --file sources.jar") == 0
                && run("compile", "/build", "javac -d classes $(find org -name '*.java')") == 0
                && run("pack", "/build", "jar --create --file commons-exec.jar -C classes .") == 0
                && run("use", "/build", "java -cp commons-exec.jar /Use.java") == 0
                && run("write in /build", "/build", "truncate -s 0 sources.jar; touch -d @0 sources.jar") == 0;
    }

    private boolean isContained() throws Exception {
        Path secret = Files.writeString(root.resolveSibling("secret"), "42\n");
        String jvm = "/proc/" + ProcessHandle.current().pid();
        try (ServerSocket server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return blocked("write elsewhere", "echo 42 > file")
                    && blocked("connect to the host", "exec 3<> /dev/tcp/127.0.0.1/" + server.getLocalPort())
                    && blocked("read the caller's file", "cat '" + secret + "'")
                    && blocked("read the host's file", "cat /etc/hostname")
                    && blocked("see its processes", "set /proc/[0-9]*; grep java " + jvm + "/comm || [ $# -gt 3 ]")
                    && blocked("see its variables", "grep -qs HOME= /proc/*/environ || declare -p HOME");
        }
    }

    private boolean blocked(String what, String line) throws Exception {
        ProcessBuilder host = new ProcessBuilder("bash", "-c", line).directory(root.toFile());
        int onHost = host.redirectOutput(Redirect.DISCARD).start().waitFor();
        boolean blocked = run(what, "/", line) == 1 && onHost == 0;
        System.out.printf("    %s; on the host: exit %d%n", blocked ? "blocked" : "NOT BLOCKED", onHost);
        return blocked;
    }

    private int run(String what, String directory, String line) throws Exception {
        SandboxCommand.Builder command = SandboxCommand.builder("bash", "-c", line);
        command.workDirectory(directory).flags(SandboxFlags.ROOT_READ_ONLY);
        SandboxResult result = sandbox.execute(command.build());
        System.out.printf("%-22s %5d ms, exit %d%n", what, result.usage().wall().toMillis(), result.exitCode());
        System.out.print((result.stdout().text() + result.stderr().text()).indent(4));
        return result.exitCode();
    }
}
