package org.sandbox4j.local.launch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

@EnabledOnOs(OS.LINUX)
class DescriptorTest {
    private Descriptor reading;
    private Descriptor writing;

    @BeforeEach
    void makePipe() {
        int[] ends = new int[2];
        try (NativeCode.Use nativeCode = NativeCode.use()) {
            assertThat(nativeCode).isNotNull();
            LibC.pipe2(ends, LibC.O_CLOEXEC);
            reading = new Descriptor(ends[0]);
            writing = new Descriptor(ends[1]);
        }
    }

    @AfterEach
    void closePipe() {
        writing.close();
        reading.close();
    }

    @Test
    void streams_bytesThroughAPipe_arriveUnchangedAndEnd() throws Exception {
        byte[] content = new byte[300_000];
        for (int i = 0; i < content.length; i++) {
            content[i] = (byte) (i * 31 / 8);
        }
        CompletableFuture<Void> writer = CompletableFuture.runAsync(() -> {
            try (DescriptorOutputStream out = new DescriptorOutputStream(writing)) {
                out.write(content[0]);
                out.write(content, 1, content.length - 1);
            } catch (IOException e) {
                throw new IllegalStateException(e);
            }
        });

        DescriptorInputStream in = new DescriptorInputStream(reading);
        int first = in.read();
        byte[] rest = in.readAllBytes();

        writer.get(10, TimeUnit.SECONDS);
        assertThat((byte) first).isEqualTo(content[0]);
        assertThat(rest).isEqualTo(java.util.Arrays.copyOfRange(content, 1, content.length));
        assertThat(in.read()).isEqualTo(-1);
    }

    @Test
    void write_nobodyReads_isABrokenPipe() {
        reading.close();

        assertThatThrownBy(() -> new DescriptorOutputStream(writing).write(1))
                .isInstanceOf(IOException.class)
                .hasMessage("Broken pipe");
    }

    @Test
    void calls_afterClose_areShutOut() {
        reading.close();
        reading.close();
        writing.close();

        assertThat(reading.isClosed()).isTrue();
        assertThat(isOpen(reading)).isFalse();
        assertThatThrownBy(() -> new DescriptorInputStream(reading).read())
                .isInstanceOf(IOException.class)
                .hasMessage("Stream closed");
        assertThatThrownBy(() -> new DescriptorOutputStream(writing).write(1))
                .isInstanceOf(IOException.class)
                .hasMessage("Stream closed");
    }

    /** The number must not become somebody else's while a thread waits for it in the kernel. */
    @Test
    void close_whileAThreadReads_closesWhenItLeaves() throws Exception {
        Thread reader = new Thread(() -> {
            try {
                assertThat(new DescriptorInputStream(reading).read()).isEqualTo('x');
            } catch (IOException e) {
                throw new IllegalStateException(e);
            }
        });
        CompletableFuture<Throwable> failure = new CompletableFuture<>();
        reader.setUncaughtExceptionHandler((thread, e) -> failure.complete(e));
        reader.start();
        awaitInRead(reader);

        reading.close();
        assertThat(isOpen(reading)).isTrue();
        assertThatThrownBy(() -> new DescriptorInputStream(reading).read()).isInstanceOf(IOException.class);

        new DescriptorOutputStream(writing).write('x');
        reader.join(10_000);
        assertThat(reader.isAlive()).isFalse();
        assertThat(failure).isNotDone();
        assertThat(isOpen(reading)).isFalse();
    }

    /** The JVM calls a thread in native code runnable; the kernel says that it waits in a read of a pipe. */
    private static void awaitInRead(Thread reader) {
        org.awaitility.Awaitility.await().until(() -> {
            for (StackTraceElement frame : reader.getStackTrace()) {
                if (frame.getClassName().equals(LibC.class.getName())
                        && frame.getMethodName().equals("read")) {
                    return true;
                }
            }
            return false;
        });
    }

    private static boolean isOpen(Descriptor descriptor) {
        return Files.exists(Path.of("/proc/self/fd/" + descriptor.number()), LinkOption.NOFOLLOW_LINKS);
    }
}
