package org.sandbox4j.protocol;

import java.nio.ByteBuffer;
import java.util.UUID;

/** Something that a server tells of a run while it goes on: one line of the stream that answers {@code POST /runs/}. */
public sealed interface RunEvent {
    /**
     * The tree is there, and the first command is about to be started.
     *
     * @param run the id of the run
     */
    record Begun(UUID run) implements RunEvent {}

    /**
     * A command has been found and is running.
     *
     * @param command its place in the request, from 0
     */
    record Started(int command) implements RunEvent {}

    /**
     * A command has written something.
     *
     * @param command its place in the request, from 0
     * @param error whether it is standard error
     * @param bytes what it wrote
     */
    record Output(int command, boolean error, ByteBuffer bytes) implements RunEvent {}

    /**
     * The run is over.
     *
     * @param response what became of it, without captured output
     */
    record Ended(RootResponse response) implements RunEvent {}

    /**
     * The server failed, and nothing more comes.
     *
     * @param message what it says
     */
    record Failed(String message) implements RunEvent {}

    /** Something of a later version. */
    record Unknown() implements RunEvent {}
}
