package org.sandbox4j.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.sandbox4j.testkit.Programs.sh;
import static org.sandbox4j.testkit.SandboxAssertions.assertRunning;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.sandbox4j.Isolation;
import org.sandbox4j.Sandbox;
import org.sandbox4j.SandboxCommand;
import org.sandbox4j.SandboxFlags;

/** Rule 43: who a command is, and that being uid 0 means nothing. */
interface IdentityRules extends Rules {
    /** Real and effective ids, and those that new files get. */
    String IDS = "id -u; id -g; id -ru; id -rg; > /tmp/file; stat -c '%u %g' /tmp/file";

    /**
     * Rule 43. Commands MUST run as 0/0 by default. If it fails: is the caller's uid kept inside?
     */
    @Test
    default void rule43_default_isZero() throws InterruptedException {
        assertRunning(staged().open(), sh(IDS)).succeeded().wrote("0\n0\n0\n0\n0 0\n");
    }

    /**
     * Rule 43. Commands MUST run as {@code buildUid} and {@code buildGid}, and own what they make. If it fails: are uid
     * and gid mapped separately?
     */
    @Test
    default void rule43_buildIds_areUsed() throws InterruptedException {
        Sandbox sandbox = staged().open(builder -> builder.buildUid(1234).buildGid(4321));
        assertRunning(sandbox, sh(IDS)).succeeded().wrote("1234\n4321\n1234\n4321\n1234 4321\n");
        SandboxCommand inRoot = sh("> /made; stat -c '%u %g' /made; echo x >> /made; rm /made");
        assertRunning(sandbox, inRoot).succeeded().wrote("1234 4321\n");
        sandbox.close();
        Sandbox largest =
                staged().open(builder -> builder.buildUid(Integer.MAX_VALUE).buildGid(65534));
        assertRunning(largest, sh("id -u; id -g")).succeeded().wrote(Integer.MAX_VALUE + "\n65534\n");
    }

    /**
     * Rule 43. With INHERIT_UID they MUST run with the caller's ids, in that run only. If it fails: is the flag a
     * setting of the sandbox instead of the run?
     */
    @Test
    default void rule43_inheritUid_isTheCallers() throws IOException, InterruptedException {
        staged().assume(Capability.CALLER_IDS);
        Object uid = Files.getAttribute(Path.of("/proc/self"), "unix:uid");
        Object gid = Files.getAttribute(Path.of("/proc/self"), "unix:gid");
        Sandbox sandbox = staged().open(builder -> builder.buildUid(1234).buildGid(4321));
        SandboxCommand inherit =
                sh("id -u; id -g").toBuilder().flags(SandboxFlags.INHERIT_UID).build();
        assertRunning(sandbox, inherit).succeeded().wrote(uid + "\n" + gid + "\n");
        assertRunning(sandbox, sh("id -u; id -g")).succeeded().wrote("1234\n4321\n");
    }

    /**
     * Rule 43. The caller's supplementary groups MUST NOT be useful: they are gone, or nobody's. If it fails: are they
     * cleared where the caller may do that?
     */
    @Test
    default void rule43_groups_areOwnOrNobodys() throws InterruptedException {
        Sandbox sandbox = staged().open(builder -> builder.buildGid(4321));
        String groups = assertRunning(sandbox, sh("id -G"))
                .succeeded()
                .actual()
                .stdout()
                .text();
        assertThat(groups.strip().split(" ")).contains("4321").isSubsetOf("4321", "65534");
    }

    /**
     * Isolation.PRIVILEGES. No process of the sandbox MUST have or gain capabilities, with any uid or flag. If it
     * fails: are capabilities dropped also for a caller who is root, and no-new-privs set?
     */
    @Test
    default void rule43_anyUser_hasNoPrivileges() throws InterruptedException {
        for (int uid : new int[] {0, 1234}) {
            Sandbox sandbox = staged().open(builder -> builder.buildUid(uid));
            staged().assume(sandbox, Isolation.PRIVILEGES);
            SandboxCommand read = sh(
                    "sed -n 's/^\\(CapInh\\|CapPrm\\|CapEff\\|CapAmb\\|NoNewPrivs\\):\\t*0*/\\1=/p' /proc/self/status");
            for (List<SandboxFlags> flags : List.of(List.<SandboxFlags>of(), List.of(SandboxFlags.values()))) {
                assertRunning(sandbox, read.toBuilder().flags(flags).build())
                        .succeeded()
                        .wrote("CapInh=\nCapPrm=\nCapEff=\nCapAmb=\nNoNewPrivs=1\n");
            }
            sandbox.close();
        }
    }

    /**
     * Isolation.PRIVILEGES. Settings of the kernel MUST NOT be writable, also for uid 0 of a caller who is root. If it
     * fails: is {@code /proc/sys} mounted read-only or out of reach?
     */
    @Test
    default void rule43_kernelSettings_areNotWritable() throws InterruptedException {
        Sandbox sandbox = staged().open();
        staged().assume(sandbox, Isolation.PRIVILEGES);
        // Writes what is there already, so that a sandbox that fails this does no harm.
        String script =
                "for f in kernel/pid_max kernel/hostname vm/overcommit_memory fs/file-max kernel/core_pattern; do "
                        + "value=$(cat /proc/sys/$f) && (echo \"$value\" > /proc/sys/$f) 2>/dev/null && echo $f; done; exit 0";
        assertRunning(sandbox, sh(script)).succeeded().wrote("");
    }
}
