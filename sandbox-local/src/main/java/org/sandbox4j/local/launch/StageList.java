package org.sandbox4j.local.launch;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import org.sandbox4j.local.host.Caller;

/**
 * What is prepared on the host before an isolation tool starts, in the words of {@code stage.c}: namespaces of its own for
 * mounts that nobody else sees, overlays, control groups. Immutable. Without words the tool is started directly.
 */
public final class StageList {
    private static final StageList NOTHING = new StageList(List.of());

    private static final OptionList NO_OPTIONS = new OptionList(List.of());

    private final List<String> words;

    private StageList(List<String> words) {
        this.words = List.copyOf(words);
    }

    /** Returns a list without instructions. */
    public static StageList nothing() {
        return NOTHING;
    }

    /** Returns what enters namespaces in which this caller mounts what nobody else sees. */
    public static StageList ownMounts(Caller caller) {
        return caller.isRoot() ? NOTHING.then("mount") : NOTHING.then("user", caller.uid(), caller.gid());
    }

    /** Returns this list, then one instruction more; no argument holds a NUL character. */
    public StageList then(String instruction, Object... arguments) {
        List<String> all = new ArrayList<>(words);
        all.add(instruction);
        for (Object argument : arguments) {
            all.add(argument.toString());
        }
        return new StageList(all);
    }

    /** Returns this list, then another. */
    public StageList then(StageList later) {
        List<String> all = new ArrayList<>(words);
        all.addAll(later.words);
        return new StageList(all);
    }

    /** Tells whether there is nothing to prepare. */
    public boolean isEmpty() {
        return words.isEmpty();
    }

    /** Returns the instructions and their arguments. */
    public List<String> words() {
        return words;
    }

    /** Returns what is read from {@link Descriptors#OPTIONS} where no tool's options follow. */
    public byte[] before() {
        return before(NO_OPTIONS);
    }

    /** Returns the command that prepares and then becomes the given one. */
    List<String> before(List<String> command) {
        if (isEmpty()) {
            return command;
        }
        List<String> staged = new ArrayList<>(List.of(Descriptors.INIT_PATH, "stage"));
        staged.addAll(command);
        return staged;
    }

    /** Returns what is read from {@link Descriptors#OPTIONS}: the instructions with their size, then the tool's options. */
    byte[] before(OptionList options) {
        byte[] tool = options.encoded();
        if (isEmpty()) {
            return tool;
        }
        ByteArrayOutputStream encoded = new ByteArrayOutputStream();
        for (String word : words) {
            encoded.writeBytes(word.getBytes(HostCharset.forPaths()));
            encoded.write(0);
        }
        ByteBuffer all = ByteBuffer.allocate(4 + encoded.size() + tool.length).order(ByteOrder.LITTLE_ENDIAN);
        return all.putInt(encoded.size()).put(encoded.toByteArray()).put(tool).array();
    }
}
