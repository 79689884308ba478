package org.sandbox4j.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.sandbox4j.testkit.Programs.sh;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.UserDefinedFileAttributeView;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.sandbox4j.Isolation;
import org.sandbox4j.Sandbox;
import org.sandbox4j.SandboxCommand;
import org.sandbox4j.SandboxFlags;
import org.sandbox4j.SandboxResult;

/** Rule 34: apart from what they protect, protected trees are like any other. */
interface ProtectedTreeRules extends Rules {
    /** A protected tree, and how commands run in it. */
    record ProtectedTree(StagedRoot staged, Sandbox sandbox, String path, Set<SandboxFlags> flags) {
        /** Runs a script in the tree, which must succeed. */
        SandboxResult run(String script) throws InterruptedException {
            return run(sh(script));
        }

        SandboxResult run(SandboxCommand command) throws InterruptedException {
            SandboxResult result = sandbox.execute(
                    command.toBuilder().workDirectory(path).flags(flags).build());
            SandboxAssertions.assertThat(result).succeeded();
            return result;
        }

        Path onHost(String name) {
            return staged.root(path).resolve(name);
        }
    }

    /** What a check does in one tree. */
    interface Check {
        void in(ProtectedTree tree) throws IOException, InterruptedException;
    }

    /** Does it in an artifact directory of a read-only root, and in a writable root. */
    private void inEachTree(String setUp, Check check) throws IOException, InterruptedException {
        for (String mark : List.of("/artifacts", "")) {
            StagedRoot other = staged().another().directory("/artifacts");
            onHost(setUp, other.root("/artifacts"));
            Sandbox sandbox = other.open();
            staged().assume(sandbox, Isolation.ARTIFACTS);
            if (!mark.isEmpty()) {
                sandbox.markDirectory(mark, true);
            }
            Set<SandboxFlags> flags = mark.isEmpty() ? Set.of() : Set.of(SandboxFlags.ROOT_READ_ONLY);
            check.in(new ProtectedTree(other, sandbox, "/artifacts", flags));
        }
    }

    /**
     * Rule 34. Symbolic links MUST read back as they are, staged or made, wherever they lead. If it fails: are they
     * resolved, or made absolute, when they are taken over?
     */
    @Test
    default void rule34_symbolicLinks_readBackAsTheyAre() throws IOException, InterruptedException {
        String odd = staged().has(Capability.EXACT_FILES) ? "a//./b/" : "a/./b";
        List<String> targets = List.of("staged", "/etc/passwd", "../../..", "missing", odd, "/");
        String make = "i=0; for t in " + String.join(" ", targets) + "; do ln -s $t $0$i; i=$((i+1)); done";
        String read = "for l in sh* made*; do readlink $l; done";
        String text = String.join("\n", targets) + "\n";
        inEachTree(make, tree -> {
            SandboxCommand another = SandboxCommand.of("/bin/sh", "-c", make + "; " + read, "made");
            assertThat(tree.run(another).stdout().text()).isEqualTo(text + text);
            for (int i = 0; i < targets.size(); i++) {
                assertThat(Files.readSymbolicLink(tree.onHost("made" + i))).hasToString(targets.get(i));
                assertThat(Files.readSymbolicLink(tree.onHost("sh" + i))).hasToString(targets.get(i));
            }
            assertThat(tree.run(read).stdout().text()).isEqualTo(text + text);
        });
    }

    /**
     * Rule 34. Hard links that are made inside MUST stay links, in the run, after it, and in the next one. If it fails: is
     * each name taken over as a file of its own?
     */
    @Test
    default void rule34_hardLinksMadeInside_stayLinked() throws IOException, InterruptedException {
        inEachTree("mkdir d; echo 1 > staged", tree -> {
            tree.run("echo 1 > a; ln a d/b; ln d/b c; ln staged d/linked; echo 2 >> c; cat a d/b");
            assertThat(tree.onHost("d/b")).hasContent("1\n2");
            assertSameFile(tree, "a", "d/b");
            assertSameFile(tree, "a", "c");
            assertSameFile(tree, "staged", "d/linked");
            SandboxResult next = tree.run("echo 3 >> a; echo 2 >> d/linked; cat d/b c staged");
            assertThat(next.stdout().text()).isEqualTo("1\n2\n3\n1\n2\n3\n1\n2\n");
            assertSameFile(tree, "a", "c");
            assertSameFile(tree, "staged", "d/linked");
        });
    }

    /**
     * Rule 34. A file MUST keep its inode number when it is linked, appended to, changed in its mode, and renamed, also one
     * that is linked from outside. If it fails: is it copied when it is changed, as an overlay without an index does?
     */
    @Test
    default void rule34_changedFile_keepsItsInodeNumber() throws IOException, InterruptedException {
        boolean outsideToo = staged().has(Capability.EXACT_FILES);
        String cache = "mkdir ../cache; echo 1 > ../cache/numbered; ln ../cache/numbered numbered; echo 1 > alone";
        inEachTree(outsideToo ? cache : "echo 1 > alone", tree -> {
            for (String file : outsideToo ? List.of("numbered", "alone") : List.of("alone")) {
                String number = "stat -c %i ";
                SandboxResult changed = tree.run("f=" + file + "; i=$(" + number + "$f); ln $f $f.link; echo 2 >> $f; "
                        + "chmod 700 $f; mv $f $f.moved; for n in $f.link $f.moved; do [ $(" + number
                        + "$n) = $i ] || echo $n is another file than $f was; done");
                assertThat(changed.stdout().text()).isEmpty();
                assertSameFile(tree, file + ".link", file + ".moved");
            }
        });
    }

    /**
     * Rule 34. Extended attributes MUST be kept by files that change, and can be set. If it fails: are those that the
     * protection itself uses left over, or more than these removed?
     */
    @Test
    default void rule34_extendedAttributes_areKept() throws IOException, InterruptedException {
        staged().assume(Capability.EXACT_FILES);
        SystemCalls program = SystemCalls.program()
                .then(SystemCalls.Call.SETXATTR, "staged", "user.set", "s", 1, 0)
                .then(SystemCalls.Call.SETXATTR, "directory", "user.set", "d", 1, 0);
        inEachTree("echo 1 > staged; mkdir directory", tree -> {
            for (String name : List.of("staged", "directory")) {
                attributes(tree, name).write("old", ByteBuffer.wrap("before".getBytes(StandardCharsets.US_ASCII)));
            }
            program.stageAt(tree.staged().root("/bin/attributing"));
            tree.run(SandboxCommand.of("/bin/attributing"));
            tree.run("echo 2 >> staged; > directory/new");
            for (String name : List.of("staged", "directory")) {
                assertThat(attributes(tree, name).list())
                        .as("attributes of %s", name)
                        .containsExactlyInAnyOrder("old", "set");
            }
        });
    }

    /**
     * Rule 34. Unnamed files (O_TMPFILE) MUST work and can be given a name. If it fails: does the file system in between
     * lack them?
     */
    @Test
    default void rule34_unnamedFiles_work() throws IOException, InterruptedException {
        int unnamed = 020200000;
        int writing = 1;
        int followLinks = 0x400;
        int here = -100;
        SystemCalls program = SystemCalls.program()
                .then(SystemCalls.Call.OPEN, ".", unnamed | writing, 0644)
                .then(SystemCalls.Call.WRITE, SystemCalls.result(0), "unnamed", 7)
                .then(SystemCalls.Call.LINKAT, here, "/proc/self/fd/3", here, "named", followLinks);
        inEachTree(":", tree -> {
            program.stageAt(tree.staged().root("/bin/naming"));
            tree.run(SandboxCommand.of("/bin/naming"));
            assertThat(tree.onHost("named")).hasContent("unnamed");
        });
    }

    /**
     * Rule 34. Space can be allocated ahead, and holes MUST stay holes. If it fails: are files copied by reading all of
     * them?
     */
    @Test
    default void rule34_allocationAndHoles_areKept() throws IOException, InterruptedException {
        staged().assume(Capability.EXACT_FILES);
        inEachTree("truncate -s 64M sparse", tree -> {
            tree.run("echo end >> sparse; truncate -s 64M new; fallocate -l 1M allocated");
            assertThat(tree.onHost("sparse")).hasSize((64 << 20) + 4);
            assertThat(tree.onHost("new")).hasSize(64 << 20);
            assertThat(tree.onHost("allocated")).hasSize(1 << 20);
            String blocks = tree.run("stat -c %b sparse new allocated").stdout().text();
            assertThat(blocks.lines().map(Integer::valueOf))
                    .as("blocks of 512 bytes of two files with holes, and of one of 1 MiB without")
                    .satisfiesExactly(
                            sparse -> assertThat(sparse).isLessThan(1000),
                            fresh -> assertThat(fresh).isLessThan(1000),
                            allocated -> assertThat(allocated).isGreaterThanOrEqualTo(2048));
        });
    }

    /**
     * Rule 34. Names that are not UTF-8 MUST work like others. If it fails: is a name decoded on its way?
     */
    @Test
    default void rule34_namesThatAreNotUtf8_work() throws IOException, InterruptedException {
        String names = "bad=$(printf '\\377\\376'); nl=$(printf 'a\\nb'); ";
        inEachTree(names + "echo 1 > \"$bad\"; mkdir \"d$bad\"; echo 1 > \"d$bad/$bad\"", tree -> {
            tree.run(names
                    + "echo 2 >> \"$bad\"; mv \"d$bad\" \"e$bad\"; echo 2 > \"e$bad/$nl\"; ln -s \"$bad\" \"l$bad\"");
            SandboxResult next = tree.run(
                    names
                            + "cat \"$bad\" \"e$bad/$bad\" \"e$bad/$nl\" \"l$bad\"; printf '%s\\n' * | od -An -tx1 | tr -d ' \\n'");
            assertThat(next.stdout().text()).isEqualTo("1\n2\n1\n2\n1\n2\n65fffe0a6cfffe0afffe0a");
        });
    }

    /**
     * Rule 34. Who has a file open for reading MUST see what is written to it. If it fails: does a reader keep the file of
     * before?
     */
    @Test
    default void rule34_openReaders_seeWhatIsWritten() throws IOException, InterruptedException {
        inEachTree("echo 1 > staged", tree -> {
            String script =
                    "exec 3< staged; echo 2 >> staged; cat <&3; echo 3 > new; exec 4< new; echo 4 >> new; cat <&4";
            assertThat(tree.run(script).stdout().text()).isEqualTo("1\n2\n3\n4\n");
        });
    }

    /**
     * Rule 34. Directories can be renamed, by mv(1) and by rename(2), which does not copy. If it fails: does it give EXDEV?
     */
    @Test
    default void rule34_directories_canBeRenamed() throws IOException, InterruptedException {
        SystemCalls program = SystemCalls.program()
                .then(SystemCalls.Call.RENAME, "one", "sub/uno")
                .then(SystemCalls.Call.RENAME, "two", "empty")
                .then(SystemCalls.Call.RENAME, "sub", "renamed");
        String setUp =
                "mkdir -p one/a/b two sub empty three; for d in one/a/b two sub three; do echo $d > $d/file; done";
        inEachTree(setUp, tree -> {
            program.stageAt(tree.staged().root("/bin/renaming"));
            tree.run(SandboxCommand.of("/bin/renaming"));
            tree.run("mv three renamed/uno/a; echo more >> empty/file");
            assertThat(tree.onHost("renamed/uno/a/b/file")).hasContent("one/a/b");
            assertThat(tree.onHost("renamed/uno/a/three/file")).hasContent("three");
            assertThat(tree.onHost("renamed/file")).hasContent("sub");
            assertThat(tree.onHost("empty/file")).hasContent("two\nmore");
            assertThat(tree.onHost("")).isDirectoryNotContaining("glob:**/{one,two,sub,three,.*}");
        });
    }

    /**
     * Rule 34. What is replaced by something of another type MUST be that afterwards. If it fails: are old entries removed
     * before new ones are placed, and whole trees with them?
     */
    @Test
    default void rule34_entries_canBeReplacedByOtherTypes() throws IOException, InterruptedException {
        String setUp = "echo 1 > file; echo 1 > file2; echo 1 > file3; mkdir -p dir/in dir2/in dir3/in;"
                + " echo 1 > dir/in/f; echo 1 > dir2/in/f; echo 1 > dir3/in/f; ln -s file link; mkfifo fifo";
        inEachTree(setUp, tree -> {
            tree.run("rm file; mkdir file; echo 2 > file/in; rm file2; ln -s dir file2; rm file3; mkfifo file3;"
                    + " rm -r dir; echo 2 > dir; rm -r dir2; ln -s file dir2; rm -r dir3; mkdir dir3; echo 2 > dir3/new;"
                    + " rm link; echo 2 > link; rm fifo; mkdir fifo");
            assertThat(tree.onHost("file/in")).hasContent("2");
            assertThat(Files.readSymbolicLink(tree.onHost("file2"))).hasToString("dir");
            if (staged().has(Capability.EXACT_FILES)) {
                assertThat(Files.readAttributes(tree.onHost("file3"), "isOther"))
                        .containsEntry("isOther", true);
            }
            assertThat(tree.onHost("dir")).isRegularFile().hasContent("2");
            assertThat(Files.readSymbolicLink(tree.onHost("dir2"))).hasToString("file");
            assertThat(tree.onHost("dir3")).isDirectoryContaining("glob:**/new").isDirectoryNotContaining("glob:**/in");
            assertThat(tree.onHost("link")).isRegularFile().hasContent("2");
            assertThat(tree.onHost("fifo")).isEmptyDirectory();
        });
    }

    /**
     * Rule 34. Modes and times that were set MUST be those afterwards, of directories as well, and those of directories
     * in which nothing changed stay. If it fails: are they set before the entries are placed?
     */
    @Test
    default void rule34_modesAndTimes_areKept() throws IOException, InterruptedException {
        String mode = staged().has(Capability.EXACT_FILES) ? "1770" : "770";
        inEachTree("mkdir -p dir same; echo 1 > dir/file; echo 1 > same/file", tree -> {
            for (String name : List.of("same/file", "same")) {
                Files.setLastModifiedTime(tree.onHost(name), FileTime.fromMillis(2_000_000));
            }
            tree.run("echo 2 >> dir/file; mkdir dir/new; chmod 640 dir/file; chmod " + mode + " dir/new; chmod 511 dir;"
                    + " touch -d @1000 dir/file dir/new dir");
            TreeSnapshot tops = TreeSnapshot.of(tree.onHost(""));
            assertThat(tops.describe("/dir")).startsWith("mode 040511").contains("modified 1970-01-01T00:16:40Z");
            assertThat(tops.describe("/dir/file")).startsWith("mode 100640").contains("modified 1970-01-01T00:16:40Z");
            assertThat(tops.describe("/dir/new"))
                    .startsWith("mode 04" + (mode.length() == 4 ? "" : "0") + mode)
                    .contains("modified 1970-01-01T00:16:40Z");
            assertThat(tops.describe("/same")).contains("modified 1970-01-01T00:33:20Z");
            assertThat(tops.describe("/same/file")).contains("modified 1970-01-01T00:33:20Z");
        });
    }

    private static void onHost(String script, Path directory) throws IOException, InterruptedException {
        int code = new ProcessBuilder("/bin/sh", "-c", script, "sh")
                .directory(directory.toFile())
                .inheritIO()
                .start()
                .waitFor();
        assertThat(code).as("exit code of the set-up").isZero();
    }

    private static void assertSameFile(ProtectedTree tree, String one, String other) throws IOException {
        assertThat(Files.isSameFile(tree.onHost(one), tree.onHost(other)))
                .as("%s and %s are one file", one, other)
                .isTrue();
    }

    private static UserDefinedFileAttributeView attributes(ProtectedTree tree, String name) {
        return Files.getFileAttributeView(tree.onHost(name), UserDefinedFileAttributeView.class);
    }
}
