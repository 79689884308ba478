package org.sandbox4j.bwrap;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.sandbox4j.testkit.SandboxAssertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.UserDefinedFileAttributeView;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.sandbox4j.Sandbox;
import org.sandbox4j.SandboxCommand;
import org.sandbox4j.SandboxException;
import org.sandbox4j.SandboxFlags;
import org.sandbox4j.testkit.Programs;

/** Trees and changes that an overlay would not show, or not give away, by itself. */
@Tag("any-jdk")
class UnusualTreesIT extends LauncherTests {
    private static final String DEFAULT_LIST = "0x0200000001000700ffffffff04000500ffffffff20000500ffffffff";

    UnusualTreesIT(String launcher) {
        super(launcher);
    }

    private static SandboxCommand readOnly(String script) {
        return Programs.sh(script).toBuilder()
                .flags(SandboxFlags.ROOT_READ_ONLY)
                .build();
    }

    /** No entry is changed, and in part not even a time. */
    @Test
    void execute_onlyTheTopOfATreeChanges_keepsThat() throws Exception {
        Sandbox sandbox = staging.open(builder -> builder.hostSystem());
        sandbox.markDirectory("/mark", true);

        assertThat(sandbox.execute(readOnly("/usr/bin/setfattr -n user.top -v mark /mark")))
                .succeeded();
        assertThat(sandbox.execute(readOnly("chmod 1777 /mark"))).succeeded();
        assertThat(sandbox.execute(Programs.sh("/usr/bin/setfattr -n user.top -v root /")))
                .succeeded();
        assertThat(sandbox.execute(
                        Programs.sh("/usr/bin/setfattr -n system.posix_acl_default -v " + DEFAULT_LIST + " /")))
                .succeeded();

        assertThat(sandbox.execute(Programs.sh("cd /; /usr/bin/getfattr --only-values -n user.top mark .;"
                        + " /usr/bin/getfattr -e hex -n system.posix_acl_default . | grep -c " + DEFAULT_LIST)))
                .succeeded()
                .wrote("markroot1\n");
        assertThat((Integer) Files.getAttribute(staging.root().resolve("mark"), "unix:mode") & 07777)
                .isEqualTo(01777);
        assertThat(sandbox.execute(readOnly("/usr/bin/setfattr -x user.top /mark")))
                .succeeded();
        assertThat(Files.getFileAttributeView(staging.root().resolve("mark"), UserDefinedFileAttributeView.class)
                        .list())
                .isEmpty();
    }

    /** Mounts below the root, and runs in all ways. */
    static final class MountBelow implements ChildJvm.Scenario {
        @Override
        public void run(List<String> arguments) throws Exception {
            Path directory = Path.of(arguments.get(0));
            Path mounted = directory.resolve("root/mark/mounted here");
            try (Sandbox sandbox = Staging.builder(directory).open()) {
                sandbox.markDirectory("/mark", true);
                for (SandboxFlags[] flags : new SandboxFlags[][] {{}, {SandboxFlags.ROOT_READ_ONLY}}) {
                    SandboxCommand command =
                            Programs.sh("cd '/mark/mounted here'; cat file; echo new >> new").toBuilder()
                                    .flags(flags)
                                    .build();
                    assertThat(sandbox.execute(command)).succeeded().wrote("mounted\n");

                    assertThatExceptionOfType(SandboxException.class)
                            .isThrownBy(() -> sandbox.execute(
                                    command.toBuilder().rollbackOnFailure().build()))
                            .withMessageContaining("something is mounted at '" + mounted + "'")
                            .satisfies(failure -> assertThat(failure.reason()).isEqualTo("mounted-in-root"));
                }
                assertThat(mounted.resolve("new")).hasContent("new\nnew");
            }
        }
    }

    @Test
    void execute_fileSystemMountedBelow_isSeenAndWritten() throws Exception {
        Path mounted = Files.createDirectories(staging.root().resolve("mark/mounted here"));

        ChildJvm.withLauncher(launcher)
                .below(ChildJvm.ownMounts())
                .afterScript("mount -t tmpfs none '" + mounted + "'; echo mounted > '" + mounted + "/file'")
                .run(MountBelow.class, staging.directory());

        assertThat(mounted).isEmptyDirectory();
    }

    /** What commands wrote into a plain mark, and what had been staged so, as somebody whose overlays heed it. */
    static final class MarkedFiles implements ChildJvm.Scenario {
        @Override
        public void run(List<String> arguments) throws Exception {
            Path directory = Path.of(arguments.get(0));
            Path staged = Files.writeString(directory.resolve("root/staged"), "staged");
            attributesOf(staged).write("overlay.metacopy", ByteBuffer.allocate(0));
            try (Sandbox sandbox = Staging.builder(directory).hostSystem().open()) {
                SandboxCommand read = Programs.sh("cat /staged /plain/file; echo changed >> /plain/file");
                sandbox.markDirectory("/plain", false);
                assertThat(sandbox.execute(readOnly("echo > /plain/file"))).succeeded();
                assertThat(sandbox.execute(Programs.sh("cat /staged")))
                        .succeeded()
                        .wrote("staged");
                assertThatExceptionOfType(SandboxException.class)
                        .isThrownBy(() -> sandbox.execute(
                                read.toBuilder().rollbackOnFailure().build()))
                        .withMessageContaining("'staged' in the root has an extended attribute user.overlay.*");

                attributesOf(staged).delete("overlay.metacopy");
                assertThat(sandbox.execute(readOnly("printf plain > /plain/file;"
                                + " /usr/bin/setfattr -n user.overlay.metacopy -v '' /plain/file")))
                        .succeeded();
                assertThat(sandbox.execute(read)).succeeded().wrote("stagedplain");
                assertThat(directory.resolve("root/plain/file")).hasContent("plainchanged");
            }
        }

        private static UserDefinedFileAttributeView attributesOf(Path file) {
            return Files.getFileAttributeView(file, UserDefinedFileAttributeView.class);
        }
    }

    @Test
    void execute_fileWithAttributesOfOverlays_isReadAsEver() throws Exception {
        ChildJvm.withLauncher(launcher).below("unshare", "-Ur").run(MarkedFiles.class, staging.directory());
    }
}
