package org.sandbox4j.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.sandbox4j.testkit.Programs.sh;
import static org.sandbox4j.testkit.SandboxAssertions.assertRunning;

import java.io.IOException;
import java.nio.file.Files;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.sandbox4j.Sandbox;
import org.sandbox4j.SandboxCommand;
import org.sandbox4j.SandboxFlags;
import org.sandbox4j.SandboxSetupException;

/** Rule 100, its other side: links that stay inside the root are ordinary. */
interface InnerLinkRules extends Rules {
    /**
     * Rule 100. A root with merged {@code /usr} MUST work, with relative and with absolute links. If it fails: are
     * links refused wherever they lead?
     */
    @Test
    default void rule100_mergedUsr_works() throws IOException, InterruptedException {
        for (String target : List.of("usr/bin", "/usr/bin", "../../../usr/bin")) {
            StagedRoot other = staged().another().directory("/usr");
            Files.move(other.root("/bin"), other.root("/usr/bin"));
            other.link("/bin", target);
            Sandbox sandbox = other.open();
            assertRunning(sandbox, SandboxCommand.of("sh", "-c", "/bin/ls /bin/sh && /usr/bin/ls /usr/bin/sh"))
                    .succeeded()
                    .wrote("/bin/sh\n/usr/bin/sh\n");
        }
    }

    /**
     * Rule 100. {@code /tmp} being a link to a directory of the root MUST work, fresh and empty under both names, and
     * leave both as they were. If it fails: is an absolute target looked up on the host, where it exists as well?
     */
    @Test
    default void rule100_tmpLinkedInside_works() throws InterruptedException {
        for (String target : List.of("var/tmp", "/var/tmp", "../var/tmp")) {
            StagedRoot other =
                    staged().another().file("/var/tmp/staged", "kept").link("/tmp", target);
            Sandbox sandbox = other.open();
            TreeSnapshot root = TreeSnapshot.of(other.root()).ignoringTimesOf("/");
            for (SandboxFlags[] flags :
                    List.of(new SandboxFlags[0], new SandboxFlags[] {SandboxFlags.ROOT_READ_ONLY})) {
                SandboxCommand command = sh("ls -A /tmp/; > /tmp/file && ls -A /tmp/").toBuilder()
                        .flags(flags)
                        .build();
                assertRunning(sandbox, command).succeeded().wrote("file\n");
                assertThat(root.changes()).as("/tmp being a link to %s", target).isEmpty();
            }
        }
    }

    /**
     * Rule 100. A work directory or mark that is reached by a link inside the root MUST be that directory, or be
     * refused with nothing changed. If it fails: is the link replaced by a directory?
     */
    @Test
    default void rule100_workDirectoryAndMarkLinkedInside_areThatDirectoryOrRefused() throws InterruptedException {
        for (String target : List.of("var/work", "/var/work", "../var/work")) {
            StagedRoot other = staged().another().directory("/var/work/inner").link("/work", target);
            Sandbox sandbox = other.open();
            TreeSnapshot root = TreeSnapshot.of(other.root()).ignoringTimesOf("/", "/var/work/inner");
            SandboxCommand inDirectory = sh("readlink /proc/self/cwd; echo x > made").toBuilder()
                    .workDirectory("/work/inner")
                    .build();
            try {
                assertRunning(sandbox, inDirectory).succeeded().wrote("/var/work/inner\n");
                assertThat(other.root("/var/work/inner/made")).hasContent("x\n");
            } catch (SandboxSetupException e) {
                assertThat(root.changes()).isEmpty();
            }
            try {
                sandbox.markDirectory("/work/inner");
                SandboxCommand write = sh("echo y > /work/inner/marked").toBuilder()
                        .flags(SandboxFlags.ROOT_READ_ONLY)
                        .build();
                assertRunning(sandbox, write).succeeded();
                assertThat(other.root("/var/work/inner/marked")).hasContent("y\n");
            } catch (SandboxSetupException e) {
                assertThat(other.root("/var/work/inner/marked")).doesNotExist();
            }
            assertThat(root.ignoring("/var/work/inner/made", "/var/work/inner/marked")
                            .changes())
                    .isEmpty();
        }
    }
}
