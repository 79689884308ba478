package org.sandbox4j.local.launch;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class ControlChannelTest {
    private static final byte[] PAYLOAD = {1, 2, 3};

    private final Pipe pipe = new Pipe();
    private final ControlChannel control = new ControlChannel(pipe);

    @Test
    void orders_afterThePayload_areTwoBytesEach() {
        control.writePayload(PAYLOAD);
        control.signalCommand(15);
        control.signalAll(19);

        assertThat(pipe.bytes()).containsExactly(1, 2, 3, 'S', 15, 'A', 19);
        assertThat(pipe.isClosed()).isFalse();
    }

    @Test
    void resizeTerminal_isSixBytes() {
        assertThat(control.resizeTerminal(80, 24)).isFalse();
        control.writePayload(PAYLOAD);

        assertThat(control.resizeTerminal(0x1234, 0xfedc)).isTrue();
        assertThat(pipe.bytes()).containsExactly(1, 2, 3, 'W', 0, 0x34, 0x12, (byte) 0xdc, (byte) 0xfe);
        control.endSandbox();
        assertThat(control.resizeTerminal(80, 24)).isFalse();
    }

    /** The init program would take an order for a part of its payload. */
    @Test
    void orders_beforeThePayload_areLost() {
        control.signalCommand(15);
        control.writePayload(PAYLOAD);

        assertThat(pipe.bytes()).containsExactly(1, 2, 3);
    }

    @Test
    void endSandbox_afterThePayload_closesThePipe() {
        control.writePayload(PAYLOAD);

        assertThat(control.endSandbox()).isTrue();
        assertThat(pipe.isClosed()).isTrue();
        assertThat(control.endSandbox()).isTrue();
        control.signalCommand(15);
        assertThat(pipe.bytes()).containsExactly(1, 2, 3);
    }

    @Test
    void endSandbox_beforeThePayload_cannotBeReliedOnAndHoldsForLater() {
        assertThat(control.endSandbox()).isFalse();
        assertThat(pipe.isClosed()).isFalse();

        control.writePayload(PAYLOAD);
        assertThat(pipe.isClosed()).isTrue();
    }

    /** The pipe is full and nobody reads it: ending must not wait for that. */
    @Test
    void endSandbox_whileThePayloadIsWritten_doesNotWait() throws InterruptedException {
        pipe.block();
        Thread writer = new Thread(() -> control.writePayload(PAYLOAD));
        writer.start();
        assertThat(pipe.awaitWriter()).isTrue();

        assertThat(control.endSandbox()).isFalse();
        control.signalAll(9);

        pipe.unblock();
        writer.join();
        assertThat(pipe.isClosed()).isTrue();
        assertThat(pipe.bytes()).containsExactly(1, 2, 3);
    }

    @Test
    void writePayload_nobodyReads_closesThePipe() {
        pipe.breakDown();
        control.writePayload(PAYLOAD);

        assertThat(pipe.isClosed()).isTrue();
        assertThat(control.endSandbox()).isFalse();
    }

    @Test
    void orders_nobodyReads_closeThePipe() {
        control.writePayload(PAYLOAD);
        pipe.breakDown();

        control.signalCommand(15);

        assertThat(pipe.isClosed()).isTrue();
        assertThat(control.endSandbox()).isTrue();
    }

    /** A pipe that can block and break. */
    private static final class Pipe extends OutputStream {
        private final ByteArrayOutputStream written = new ByteArrayOutputStream();
        private final CountDownLatch writing = new CountDownLatch(1);
        private volatile CountDownLatch gate = new CountDownLatch(0);
        private volatile boolean broken;
        private volatile boolean closed;

        @Override
        public void write(int b) throws IOException {
            write(new byte[] {(byte) b}, 0, 1);
        }

        @Override
        public void write(byte[] source, int offset, int length) throws IOException {
            writing.countDown();
            try {
                gate.await();
            } catch (InterruptedException e) {
                throw new IOException(e);
            }
            if (broken || closed) {
                throw new IOException("Broken pipe");
            }
            written.write(source, offset, length);
        }

        @Override
        public void close() {
            closed = true;
        }

        void block() {
            gate = new CountDownLatch(1);
        }

        void unblock() {
            gate.countDown();
        }

        boolean awaitWriter() throws InterruptedException {
            return writing.await(10, TimeUnit.SECONDS);
        }

        void breakDown() {
            broken = true;
        }

        boolean isClosed() {
            return closed;
        }

        byte[] bytes() {
            return written.toByteArray();
        }
    }
}
