package org.sandbox4j.local.merge;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * One tree, and one run of a script in overlays of some of its directories, whose transaction is to be merged. The
 * directory must be reachable by the caller.
 */
final class OverlayRun {
    private static final String PATH = "PATH=/usr/sbin:/usr/bin:/sbin:/bin; export PATH; umask 022; ";

    private final NativeProgram program;
    private final Caller caller;
    private final Path directory;
    private final Path tree;
    private final Path transaction;
    private final List<String> parts;

    private OverlayRun(NativeProgram program, Caller caller, Path directory, List<String> parts) {
        this.program = program;
        this.caller = caller;
        this.directory = directory;
        this.parts = parts;
        tree = directory.resolve("tree");
        transaction = directory.resolve("transaction");
    }

    /** Makes the tree by a script that runs in it, as the caller. */
    static OverlayRun prepare(NativeProgram program, Caller caller, Path directory, String setup, String... parts)
            throws IOException, InterruptedException {
        OverlayRun run = new OverlayRun(
                program, caller, caller.directory(directory), parts.length == 0 ? List.of(".") : List.of(parts));
        caller.directory(run.tree);
        run.runPlainly(setup);
        return run;
    }

    Path tree() {
        return tree;
    }

    Path transaction() {
        return transaction;
    }

    Path directory() {
        return directory;
    }

    /** Runs a script in the tree itself. */
    void runPlainly(String script) throws IOException, InterruptedException {
        shell(tree, script);
    }

    void shell(Path where, String script) throws IOException, InterruptedException {
        ProcessBuilder shell = new ProcessBuilder(caller.command(List.of("/bin/sh", "-c", PATH + script)));
        shell.directory(where.toFile()).environment().put("LC_ALL", "C");
        NativeProgram.Result.of(shell).requireSuccess();
    }

    /** Runs a script that sees overlays: of the whole tree, in its work directory; of parts, in $0/0/merged and so on. */
    void runInOverlay(String script) throws IOException, InterruptedException {
        ByteArrayOutputStream instructions = new ByteArrayOutputStream();
        ByteArrayOutputStream announced = new ByteArrayOutputStream();
        if (caller == Caller.USER) {
            words(instructions, "user", "" + caller.uid(), "" + caller.gid());
        } else {
            words(instructions, "mount");
        }
        caller.directory(transaction);
        for (int part = 0; part < parts.size(); part++) {
            describe(part, instructions, announced);
        }
        Files.write(transaction.resolve("parts"), announced.toByteArray());
        byte[] words = instructions.toByteArray();
        ByteBuffer input = ByteBuffer.allocate(Integer.BYTES + words.length).order(ByteOrder.LITTLE_ENDIAN);
        input.putInt(words.length).put(words);
        String all = PATH + "cd \"$0/0/merged\" && { " + script + "\n}";
        ProcessBuilder stage = program.command(caller, "stage", "/bin/sh", "-c", all, transaction.toString());
        NativeProgram.Result.of(stage, input.array()).requireSuccess();
    }

    private void describe(int number, ByteArrayOutputStream instructions, ByteArrayOutputStream announced)
            throws IOException {
        Path lower = tree.resolve(parts.get(number)).normalize();
        String device = Files.getAttribute(lower, "unix:dev").toString();
        String inode = Files.getAttribute(lower, "unix:ino").toString();
        Path part = caller.directory(transaction.resolve("" + number));
        Path upper = caller.directory(part.resolve("upper"));
        Path work = caller.directory(part.resolve("work"));
        Path merged = caller.directory(part.resolve("merged"));
        String options = caller == Caller.USER ? "userxattr,volatile" : "redirect_dir=on,index=on,volatile";
        words(instructions, "overlay", device, inode, "" + lower, "" + upper, "" + work, "" + merged, options);
        words(announced, tree.relativize(lower).toString(), device, inode);
    }

    private static void words(ByteArrayOutputStream target, String... words) {
        for (String word : words) {
            target.writeBytes(word.getBytes(StandardCharsets.UTF_8));
            target.write(0);
        }
    }

    NativeProgram.Result call(String mode, String... more) throws IOException, InterruptedException {
        return NativeProgram.Result.of(command(mode, more));
    }

    /** A merge, a recovery or a removal of the transaction. */
    ProcessBuilder command(String mode, String... more) throws IOException {
        String[] arguments = new String[more.length + 3];
        arguments[0] = mode;
        arguments[1] = transaction.toString();
        arguments[2] = tree.toString();
        System.arraycopy(more, 0, arguments, 3, more.length);
        return program.command(caller, arguments);
    }

    void merge() throws IOException, InterruptedException {
        call("merge").requireSuccess();
        requireNoTransaction();
    }

    void recover() throws IOException, InterruptedException {
        call("recover").requireSuccess();
        requireNoTransaction();
    }

    /** Returns whether the run is to count: what the overlays left is removed before the journal, and only after a commit. */
    boolean isCommitted() {
        return Files.exists(transaction.resolve("journal")) || !Files.exists(transaction.resolve("0"));
    }

    /** Returns whether the changes are committed, and not taken over to the end: see the header of journals in merge.h. */
    boolean isUnfinished() throws IOException {
        Path journal = transaction.resolve("journal");
        if (!Files.exists(journal)) {
            return false;
        }
        ByteBuffer header = ByteBuffer.wrap(Files.readAllBytes(journal)).order(ByteOrder.LITTLE_ENDIAN);
        long count = header.getLong(2 * Long.BYTES);
        long done = header.getLong(3 * Long.BYTES);
        return done < count;
    }

    private void requireNoTransaction() {
        if (Files.exists(transaction)) {
            throw new AssertionError("The transaction is still there.");
        }
    }
}
