package org.sandbox4j.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.sandbox4j.testkit.Programs.sh;
import static org.sandbox4j.testkit.SandboxAssertions.assertRunning;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.sandbox4j.Sandbox;
import org.sandbox4j.SandboxCommand;
import org.sandbox4j.SandboxFlags;
import org.sandbox4j.SandboxProcess;
import org.sandbox4j.Stdio;

/** Rule 72: which descriptors a command has. */
interface DescriptorRules extends Rules {
    /** Lists the shell's own descriptors; not those of {@code ls}, which has opened the directory. */
    String LIST = "ls -l /proc/$$/fd; :";

    /**
     * Rule 72. A command MUST have the descriptors 0, 1 and 2 and no other, and each is a pipe or the sandbox's
     * {@code /dev/null}, wherever the streams come from and go to. If it fails: is a descriptor of the JVM or of the
     * launch inherited? is the file of a redirection handed in?
     */
    @Test
    default void rule72_descriptors_areThreePipes() throws Exception {
        Path input = Files.writeString(staged().outside().resolve("input"), "input");
        Path output = staged().outside().resolve("output");
        ByteArrayOutputStream stream = new ByteArrayOutputStream();
        Sandbox sandbox =
                staged().open(builder -> builder.stdout(Stdio.to(stream)).stdin(Stdio.file(input)));
        FileChannel unrelated = FileChannel.open(input, StandardOpenOption.READ);
        try {
            for (SandboxFlags[] flags : List.of(new SandboxFlags[0], SandboxFlags.values())) {
                SandboxCommand list = sh(LIST).toBuilder().flags(flags).build();
                assertThreePipes(assertRunning(sandbox, list)
                        .succeeded()
                        .actual()
                        .stdout()
                        .text());

                SandboxCommand files = list.toBuilder()
                        .stdin(Stdio.file(input))
                        .stdout(Stdio.file(output))
                        .stderr(Stdio.append(output))
                        .build();
                assertRunning(sandbox, files).succeeded();
                assertThreePipes(Files.readString(output));

                stream.reset();
                assertThat(sandbox.run(sh(LIST).arguments(), flags)).isZero();
                assertThreePipes(stream.toString(StandardCharsets.UTF_8));
            }
        } finally {
            unrelated.close();
        }
        try (SandboxProcess process = sandbox.start(sh(LIST))) {
            process.stdin().close();
            assertThreePipes(new String(process.stdout().readAllBytes(), StandardCharsets.UTF_8));
        }
    }

    /**
     * Rule 72. A command that opens its streams again MUST NOT get at a file of the caller's, nor at more of it. If it
     * fails: as above.
     */
    @Test
    default void rule72_streamsOpenedAgain_areNoFiles() throws IOException, InterruptedException {
        Path input = Files.writeString(staged().outside().resolve("input"), "input");
        Path output = Files.writeString(staged().outside().resolve("output"), "before\n");
        Sandbox sandbox = staged().open();
        SandboxCommand command = sh("echo x > /dev/fd/0; echo x >> /proc/self/fd/0; echo x 1<>/proc/self/fd/0;"
                        + " truncate -s 0 /proc/self/fd/1; chmod 777 /proc/self/fd/1 /dev/stdin; echo after")
                .toBuilder()
                .stdin(Stdio.file(input))
                .stdout(Stdio.append(output))
                .stderr(Stdio.discard())
                .build();
        TreeSnapshot before = TreeSnapshot.of(input);
        sandbox.execute(command);
        assertThat(before.changes()).isEmpty();
        assertThat(output).content().startsWith("before\n").endsWith("after\n");
        assertThat(TreeSnapshot.of(output).describe("/")).doesNotContain("0777");
    }

    private static void assertThreePipes(String listing) {
        Map<String, String> descriptors = new TreeMap<>();
        Matcher links = Pattern.compile(" ([0-9]+) -> (.*)").matcher(listing);
        while (links.find()) {
            descriptors.put(links.group(1), links.group(2));
        }
        assertThat(descriptors).containsOnlyKeys("0", "1", "2");
        assertThat(descriptors.values()).allMatch(target -> target.equals("/dev/null") || target.startsWith("pipe:["));
        assertThat(descriptors.get("1")).startsWith("pipe:[");
    }
}
