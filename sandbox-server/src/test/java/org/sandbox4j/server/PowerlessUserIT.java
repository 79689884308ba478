package org.sandbox4j.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.sandbox4j.protocol.tree.Trees;
import org.sandbox4j.spi.files.TreeRemoval;

/** Trees with directories that their owner may not write to, which stops everybody but root. */
@Tag("any-jdk")
class PowerlessUserIT {
    private static final String OVERRIDES = "-dac_override,-dac_read_search,-fowner";

    @TempDir
    private Path directory;

    /** Lays a tree over another one. Arguments: the two. */
    static final class Lay {
        private Lay() {}

        public static void main(String[] arguments) throws Exception {
            Trees.lay(Path.of(arguments[0]), Path.of(arguments[1]), true);
        }
    }

    @Test
    void lay_directoriesThatMayNotBeWrittenTo_areLaidToo() throws Exception {
        Path upper = Files.createDirectories(directory.resolve("upper"));
        Path lower = Files.createDirectories(directory.resolve("lower"));
        for (Path top : List.of(upper, lower)) {
            Files.createDirectories(top.resolve("d/e"));
            Files.writeString(top.resolve("d/e/f"), top.getFileName().toString());
            Files.setPosixFilePermissions(top.resolve("d/e"), PosixFilePermissions.fromString("r-x--x--x"));
            Files.setPosixFilePermissions(top.resolve("d"), PosixFilePermissions.fromString("r-xr-xr-x"));
        }
        try {
            assertThat(run(Lay.class, upper, lower)).isZero();
            assertThat(lower.resolve("d/e/f")).hasContent("upper");
            assertThat(Files.getPosixFilePermissions(lower.resolve("d/e")))
                    .isEqualTo(PosixFilePermissions.fromString("r-x--x--x"));
            assertThat(Files.getPosixFilePermissions(lower.resolve("d")))
                    .isEqualTo(PosixFilePermissions.fromString("r-xr-xr-x"));
        } finally {
            TreeRemoval.remove(upper);
            TreeRemoval.remove(lower);
        }
    }

    private static int run(Class<?> main, Path... arguments) throws Exception {
        List<String> command = new ArrayList<>();
        if (Files.getAttribute(Path.of("/proc/self"), "unix:uid").equals(0)) {
            command.addAll(List.of("setpriv", "--inh-caps=-all", "--bounding-set=" + OVERRIDES));
        }
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), main.getName()));
        List.of(arguments).forEach(argument -> command.add(argument.toString()));
        return new ProcessBuilder(command).inheritIO().start().waitFor();
    }
}
