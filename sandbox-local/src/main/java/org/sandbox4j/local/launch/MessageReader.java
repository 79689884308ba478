package org.sandbox4j.local.launch;

import java.util.function.Consumer;

/** Puts the init program's messages together from what a pipe gives at a time. */
final class MessageReader implements ProcessWatch.ByteSink {
    private final Consumer<InitMessage> messages;
    private final byte[] message = new byte[InitMessage.SIZE];
    private int filled;

    MessageReader(Consumer<InitMessage> messages) {
        this.messages = messages;
    }

    @Override
    public void accept(byte[] chunk, int length) {
        for (int done = 0; done < length; ) {
            int part = Math.min(length - done, message.length - filled);
            System.arraycopy(chunk, done, message, filled, part);
            done += part;
            filled += part;
            if (filled == message.length) {
                filled = 0;
                InitMessage.decode(message).ifPresent(messages);
            }
        }
    }
}
