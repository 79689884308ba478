package org.sandbox4j.local.launch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** Programs that move directories of a lower layer, most of which give up at EXDEV. */
@EnabledOnOs(OS.LINUX)
@Tag("any-jdk")
class MovingProgramsIT {
    private static final String REPOSITORY = "git init -q . && mkdir dir && echo text >dir/file && git add . &&"
            + "git -c user.name=x -c user.email=x@example.org commit -qm first";

    @TempDir
    Path base;

    private UserOverlay overlay;

    @BeforeEach
    void makeLayers() throws IOException {
        overlay = new UserOverlay(base);
    }

    @AfterEach
    void removeLayers() throws IOException {
        overlay.close();
    }

    @Test
    void git_mvOfADirectory_succeeds() throws IOException {
        need("git");
        overlay.outside(overlay.lower(), REPOSITORY);

        assertThat(shell("git mv dir moved && git status --porcelain")).isEqualTo("R  dir/file -> moved/file\n");
    }

    @Test
    void git_moveOfAWorktree_succeeds() throws IOException {
        need("git");
        overlay.outside(overlay.lower(), "mkdir main; cd main;" + REPOSITORY);
        // Worktrees are registered with absolute paths.
        overlay.outside(
                overlay.lower(),
                "cd main; git worktree add -q ../tree; echo \"$1\"/tree/.git >.git/worktrees/tree/gitdir;"
                        + "echo \"gitdir: $1/main/.git/worktrees/tree\" >../tree/.git",
                overlay.merged().toString());

        assertThat(shell("cd main && git worktree move ../tree ../moved && cat ../moved/dir/file"))
                .isEqualTo("text\n");
    }

    @Test
    void git_moveOfASubmodule_succeeds() throws IOException {
        need("git");
        overlay.outside(
                overlay.lower(),
                "mkdir part main; (cd part;" + REPOSITORY + "); cd main;" + REPOSITORY
                        + "; git -c protocol.file.allow=always submodule --quiet add ../part sub 2>/dev/null");

        assertThat(shell("cd main && git mv sub moved && cat moved/dir/file && git submodule foreach -q pwd"))
                .isEqualTo("text\n" + overlay.merged().resolve("main/moved") + "\n");
    }

    @Test
    void git_checkoutOfARenamedDirectory_succeeds() throws IOException {
        need("git");
        overlay.outside(
                overlay.lower(),
                REPOSITORY + "; git mv dir moved; git -c user.name=x -c user.email=x@example.org commit -qm second");

        assertThat(
                        shell(
                                "echo more >>moved/file && git -c user.name=x -c user.email=x@example.org stash -q &&"
                                        + "git checkout -q HEAD^ && cat dir/file && git checkout -q - && git stash pop -q && cat moved/file"))
                .isEqualTo("text\ntext\nmore\n");
    }

    /** dpkg moves a directory aside where the new version of a package has a file. */
    @Test
    void dpkg_fileInThePlaceOfADirectory_isInstalled() throws IOException {
        need("dpkg-deb");
        overlay.outside(overlay.lower(), """
                pack() {
                    mkdir -p pack/DEBIAN
                    printf 'Package: thing\\nVersion: %s\\nArchitecture: all\\nMaintainer: x <x@example.org>\\nDescription: x\\n' \
                        $1 >pack/DEBIAN/control
                    dpkg-deb -b pack thing-$1.deb >/dev/null
                    rm -r pack
                }
                mkdir -p pack/opt/thing/sub; echo one >pack/opt/thing/sub/file; pack 1
                mkdir -p pack/opt; echo two >pack/opt/thing; pack 2
                mkdir -p root/var/lib/dpkg/info root/var/lib/dpkg/updates root/var/lib/dpkg/triggers
                touch root/var/lib/dpkg/status root/var/lib/dpkg/available
                dpkg --force-not-root --log=/dev/null --root="$PWD/root" -i thing-1.deb >/dev/null
                test -f root/opt/thing/sub/file
                """);

        String output = shell(
                "dpkg --force-not-root --log=/dev/null --root=\"$PWD/root\" -i thing-2.deb && cat root/opt/thing && ls -A root/opt");

        assertThat(output).endsWith("two\nthing\n");
    }

    @Test
    void python_rename_succeeds() throws IOException {
        need("python3");
        makeDirectory();

        assertThat(shell("/usr/bin/python3 -c 'import os; os.rename(\"dir\", \"moved\")' && cat moved/sub/file"))
                .isEqualTo("text\n");
    }

    @Test
    void java_move_succeeds() throws IOException {
        makeDirectory();
        Path source = Files.writeString(base.resolve("Move.java"), """
                import java.nio.file.*;

                class Move {
                    public static void main(String[] arguments) throws Exception {
                        Files.move(Path.of("dir"), Path.of("moved"), StandardCopyOption.ATOMIC_MOVE);
                    }
                }
                """);
        String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();

        assertThat(shell("'" + java + "' -Xmx128m '" + source + "' && cat moved/sub/file"))
                .isEqualTo("text\n");
    }

    @Test
    void mv_onAnEmptyDirectory_movesInsteadOfCopying() throws IOException {
        makeDirectory();

        assertThat(shell("mkdir empty && exec 3<dir/sub/file && mv -T dir empty && cat empty/sub/file && ls -A"))
                .isEqualTo("text\nempty\n");
    }

    @Test
    void busybox_mv_succeeds() throws IOException {
        need("busybox");
        makeDirectory();

        assertThat(shell("busybox mv dir moved && cat moved/sub/file && ls -A")).isEqualTo("text\nmoved\n");
    }

    private void makeDirectory() throws IOException {
        overlay.outside(overlay.lower(), "mkdir -p dir/sub; echo text >dir/sub/file");
    }

    private String shell(String script) throws IOException {
        return overlay.run("/bin/sh", "-c", script);
    }

    private static void need(String program) {
        assumeTrue(
                Stream.of("/usr/bin/", "/bin/").anyMatch(directory -> Files.isExecutable(Path.of(directory + program))),
                () -> "Skipped: " + program + " is not installed.");
    }
}
