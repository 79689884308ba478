package org.sandbox4j.local.launch;

import com.sun.jna.LastErrorException;
import java.util.ArrayList;
import java.util.List;

/**
 * The pipes of one process that is about to be started. Closing this closes the child's ends, and our ends too unless they
 * are {@linkplain #keepParentEnds() kept}.
 */
final class SpawnPipes implements AutoCloseable {
    /** A descriptor of ours and the number that the child gets it under. */
    record Given(int source, int target) {}

    private final List<Given> given = new ArrayList<>();
    private final List<Descriptor> childEnds = new ArrayList<>();
    private final List<Descriptor> parentEnds = new ArrayList<>();
    private boolean kept;

    Descriptor toChild(int target) {
        int[] pipe = pipe();
        Descriptor parentEnd = keepEnd(pipe[1]);
        giveEnd(pipe[0], target);
        return parentEnd;
    }

    Descriptor fromChild(int... targets) {
        int[] pipe = pipe();
        Descriptor parentEnd = keepEnd(pipe[0]);
        giveEnd(pipe[1], targets);
        return parentEnd;
    }

    void give(int source, int target) {
        given.add(new Given(source, target));
    }

    List<Given> childDescriptors() {
        return given;
    }

    void keepParentEnds() {
        kept = true;
    }

    /** So that a pipe ends with the child; ours stay open until this is closed. */
    void closeChildEnds() {
        childEnds.forEach(Descriptor::close);
    }

    @Override
    public void close() {
        closeChildEnds();
        if (!kept) {
            parentEnds.forEach(Descriptor::close);
        }
    }

    private Descriptor keepEnd(int end) {
        Descriptor descriptor = new Descriptor(end);
        parentEnds.add(descriptor);
        return descriptor;
    }

    /** The numbers that the child uses are made in sequence, so none of them may still be a source of a later one. */
    private void giveEnd(int end, int... targets) {
        int source = end;
        if (end < Descriptors.END) {
            try {
                source = LibC.fcntl(end, LibC.F_DUPFD_CLOEXEC, Descriptors.END);
            } finally {
                new Descriptor(end).close();
            }
        }
        childEnds.add(new Descriptor(source));
        for (int target : targets) {
            given.add(new Given(source, target));
        }
    }

    private static int[] pipe() throws LastErrorException {
        int[] ends = new int[2];
        LibC.pipe2(ends, LibC.O_CLOEXEC);
        return ends;
    }
}
