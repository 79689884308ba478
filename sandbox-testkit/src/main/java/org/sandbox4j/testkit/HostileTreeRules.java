package org.sandbox4j.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.sandbox4j.testkit.Programs.sh;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.sandbox4j.Sandbox;
import org.sandbox4j.SandboxCommand;
import org.sandbox4j.SandboxException;
import org.sandbox4j.SandboxFlags;
import org.sandbox4j.SandboxResult;

/** Rule 100, the part about links that lead out of the root. */
interface HostileTreeRules extends Rules {
    /**
     * Rule 100. A link to the outside in place of {@code /dev}, {@code /proc} or {@code /tmp} MUST NOT lead there: the
     * run is refused, or stays inside. If it fails: is the mount point made, or removed, through a path that the kernel
     * resolves on the host?
     */
    @Test
    default void rule100_linksAtMountPoints_doNotLeadOutside() throws InterruptedException {
        for (String place : List.of("/dev", "/proc", "/tmp")) {
            assertHarmless(place, place);
        }
    }

    /**
     * Rule 100. The same for a link at the work directory, or above it. If it fails: are missing directories made with
     * {@code Files.createDirectories}?
     */
    @Test
    default void rule100_linksAtTheWorkDirectory_doNotLeadOutside() throws InterruptedException {
        assertHarmless("/work", "/work", Role.WORK_DIRECTORY);
        assertHarmless("/work", "/work/made/deep", Role.WORK_DIRECTORY);
        assertHarmless("/a/work", "/a/work/made", Role.WORK_DIRECTORY);
    }

    /**
     * Rule 100. The same for a link at a marked directory, or above it. If it fails: as above, and is the directory
     * bound by a path of the host?
     */
    @Test
    default void rule100_linksAtAMark_doNotLeadOutside() throws InterruptedException {
        assertHarmless("/build", "/build", Role.MARK);
        assertHarmless("/build", "/build/made/deep", Role.MARK);
        assertHarmless("/a/build", "/a/build/made", Role.WORK_DIRECTORY, Role.MARK);
    }

    /**
     * Rule 100. The same for links at the target of a bind, or above it. If it fails: are mount points for binds made
     * in another way than the others?
     */
    @Test
    default void rule100_linksAtABindTarget_doNotLeadOutside() throws InterruptedException {
        staged().assume(Capability.HOST_BINDS);
        assertHarmless("/opt", "/opt", Role.BIND_TARGET);
        assertHarmless("/opt", "/opt/made/deep", Role.BIND_TARGET);
    }

    /**
     * Rule 100. The same for links where devices go. If it fails: are devices bound into the tree?
     */
    @Test
    default void rule100_linksAtDevices_doNotLeadOutside() throws InterruptedException {
        for (String place : List.of("/dev/null", "/dev/shm", "/dev/fd")) {
            assertHarmless(place, place);
        }
    }

    /**
     * Rule 100. The scratch directory being a link, or full of links, MUST NOT make {@code close()} remove what they
     * lead to. If it fails: does removal follow links?
     */
    @Test
    default void rule100_linksInScratch_areNotFollowed() throws IOException {
        stageOutside();
        TreeSnapshot outside = TreeSnapshot.of(staged().outside());
        Path scratch = staged().directory().resolve("scratch");
        Sandbox sandbox = staged().open();
        if (Files.isDirectory(scratch)) {
            Files.createSymbolicLink(scratch.resolve("link"), staged().outside());
        }
        sandbox.close();
        assertThat(outside.changes()).isEmpty();
        assertThat(Files.exists(scratch, LinkOption.NOFOLLOW_LINKS)).isFalse();

        Files.createSymbolicLink(scratch, staged().outside().resolve("target"));
        try {
            Sandbox again = staged().open();
            again.execute(sh("exit 0"));
            again.close();
        } catch (SandboxException e) {
            assertThat(e).hasMessageContaining("scratch");
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
        assertThat(outside.changes()).isEmpty();
    }

    /** What a path that leads through a link is used as. */
    enum Role {
        WORK_DIRECTORY,
        MARK,
        BIND_TARGET
    }

    /** For each way to lead outside: links a place there, runs a command that uses what is below it, and compares. */
    private void assertHarmless(String place, String used, Role... roles) throws InterruptedException {
        for (Map.Entry<String, String> way : waysOut(place).entrySet()) {
            StagedRoot other = staged().another();
            stageOutside(other);
            other.link(place, way.getValue().replace("OUTSIDE", other.outside().toString()));
            if (way.getKey().contains("hop")) {
                other.link("/hop", "../../outside");
            }
            for (SandboxFlags[] flags : List.of(SandboxFlags.values(), new SandboxFlags[0])) {
                String description = place + " being a link " + way.getKey() + ", with " + List.of(flags);
                TreeSnapshot outside = TreeSnapshot.of(other.outside());
                TreeSnapshot root = TreeSnapshot.of(other.root()).ignoringTimesOf("/");
                try (Sandbox sandbox = open(other, used, List.of(roles))) {
                    SandboxResult result = sandbox.execute(use(used, List.of(roles), flags));
                    assertThat(result.stdout().text())
                            .as("read through %s", description)
                            .doesNotContain("secret");
                } catch (SandboxException e) {
                    assertThat(root.changes())
                            .as("the root after a refusal of %s", description)
                            .isEmpty();
                }
                assertThat(outside.changes())
                        .as("outside, with %s", description)
                        .isEmpty();
            }
            other.close();
        }
    }

    private static Sandbox open(StagedRoot other, String used, List<Role> roles) {
        boolean bound = roles.contains(Role.BIND_TARGET);
        Sandbox sandbox =
                other.open(builder -> bound ? builder.bindWritable(other.base().resolve("bound"), used) : builder);
        if (roles.contains(Role.MARK)) {
            sandbox.markDirectory(used);
        }
        return sandbox;
    }

    private static SandboxCommand use(String used, List<Role> roles, SandboxFlags... flags) {
        String script =
                "ls USED/; head -c 100 USED USED/secret; echo probe > USED/probe; mkdir USED/dir; echo probe > USED;"
                        + " rm -rf USED/kept; exit 0";
        SandboxCommand.Builder command =
                sh(script.replace("USED", used)).toBuilder().flags(flags);
        return roles.contains(Role.WORK_DIRECTORY) ? command.workDirectory(used).build() : command.build();
    }

    /** Targets of a link, each with what is peculiar about it; some lead to what a run hides. OUTSIDE stands for a directory of the host. */
    private static Map<String, String> waysOut(String place) {
        String up = "../".repeat((int) place.chars().filter(c -> c == '/').count() + 1);
        Map<String, String> ways = new LinkedHashMap<>();
        ways.put("to an absolute path", "OUTSIDE/target");
        ways.put("to a relative path", up + "outside/target");
        ways.put("to an absolute path by the system's root", "../".repeat(30) + "OUTSIDE/target");
        ways.put("to an absolute path that is missing", "OUTSIDE/missing");
        ways.put("to a relative path that is missing", up + "outside/missing/deep");
        ways.put("to a file", up + "outside/target/secret");
        ways.put("by a hop that is another link", "/hop/target");
        ways.put("by a relative hop that is another link", up.substring(3).replaceFirst("^\\.\\./", "") + "hop/target");
        ways.put("by /proc", "/proc/self/root/OUTSIDE/target");
        ways.put("into /dev", "/dev/inner");
        ways.put("into /tmp", "/tmp/inner/deep");
        ways.put("to itself", place);
        return ways;
    }

    private void stageOutside() {
        stageOutside(staged());
    }

    private static void stageOutside(StagedRoot staged) {
        try {
            Path target = Files.createDirectory(staged.outside().resolve("target"));
            Files.writeString(target.resolve("secret"), "secret of the host");
            Files.createDirectory(target.resolve("kept"));
            Files.createDirectory(target.resolve("kept").resolve("made"));
            Files.createDirectory(staged.base().resolve("bound"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
