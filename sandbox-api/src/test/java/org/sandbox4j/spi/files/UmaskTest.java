package org.sandbox4j.spi.files;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Modes must not depend on what the JVM inherits. */
@EnabledOnOs(OS.LINUX)
class UmaskTest {
    @TempDir
    Path base;

    /** Makes one of everything. */
    static final class MakeEverything {
        public static void main(String[] arguments) throws Exception {
            Path base = Path.of(arguments[0]);
            OwnedDirectory owned = OwnedDirectory.open(base.resolve("owned"), "test");
            System.out.println(List.of(
                    owned.makeDirectory("inner"),
                    OwnedFile.makeUnlessThere(owned.path().resolve("file")),
                    PrivateDirectory.make(base.resolve("private"))));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"000", "077"})
    void everything_isTheUsersAlone(String umask) throws Exception {
        Process process = new ProcessBuilder(
                        "/bin/sh",
                        "-c",
                        "umask " + umask + "; exec \"$0\" \"$@\"",
                        Path.of(System.getProperty("java.home"), "bin/java").toString(),
                        "-XX:TieredStopAtLevel=1",
                        "-Dsandbox4j.state=" + base.resolve("state"),
                        "-cp",
                        System.getProperty("java.class.path") + ":" + System.getProperty("jdk.module.path", ""),
                        MakeEverything.class.getName(),
                        base.toString())
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        assertThat(process.waitFor()).isZero();

        for (String name : List.of("state", "owned", "owned/inner", "private")) {
            assertThat(mode(name)).as(name).isEqualTo("rwx------");
        }
        for (String name : List.of("state/key", "owned/file", "owned/.sandbox4j-record", "owned/.sandbox4j-marker")) {
            assertThat(mode(name)).as(name).isEqualTo("rw-------");
        }
    }

    private String mode(String name) throws Exception {
        return PosixFilePermissions.toString(Files.getPosixFilePermissions(base.resolve(name)));
    }
}
