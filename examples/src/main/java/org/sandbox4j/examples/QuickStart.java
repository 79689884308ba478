package org.sandbox4j.examples;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.sandbox4j.Sandbox;
import org.sandbox4j.SandboxCommand;
import org.sandbox4j.SandboxFlags;
import org.sandbox4j.SandboxResult;

/** The first example of the README. */
public final class QuickStart {
    private QuickStart() {}

    /**
     * Sorts a file in a sandbox, and tries to read one of the host.
     *
     * @param args none
     */
    public static void main(String[] args) throws Exception {
        Path directory = Files.createTempDirectory("sandbox");
        try (Sandbox sandbox = Sandbox.builder(directory).hostSystem().open()) {
            Path root = sandbox.getDirectory(); // what is staged here is what commands see at /
            Files.writeString(root.resolve("names.txt"), "Grace\nAda\n");
            sandbox.markDirectory("/out"); // what they may write

            int exit = sandbox.run(List.of("sort", "-o", "/out/sorted.txt", "/names.txt"), SandboxFlags.ROOT_READ_ONLY);
            System.out.println(exit + " " + Files.readAllLines(root.resolve("out/sorted.txt")));

            SandboxCommand peek = SandboxCommand.builder("cat", "/etc/hostname")
                    .timeout(Duration.ofSeconds(10))
                    .build();
            SandboxResult result = sandbox.execute(peek);
            System.out.print(result.exitCode() + " " + result.stderr().text());
        }
    }
}
