package org.sandbox4j.local.tree;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.sandbox4j.SandboxSetupException;
import org.sandbox4j.local.tree.WriteAccess.Grant;
import org.sandbox4j.local.tree.WriteAccess.Use;

@Timeout(60)
class WriteAccessTest {
    @TempDir
    Path scratch;

    private MountPointJournal journal;
    private WriteAccess access;

    @BeforeEach
    void open() throws IOException {
        journal = MountPointJournal.open(scratch);
        access = new WriteAccess(journal);
    }

    @AfterEach
    void close() throws IOException {
        journal.close();
    }

    private Grant acquire(Use use) throws IOException {
        return access.acquire(use, false, () -> false);
    }

    private CompletableFuture<Grant> acquireLater(Use use) {
        return CompletableFuture.supplyAsync(() -> {
            try {
                return acquire(use);
            } catch (IOException e) {
                throw new CompletionException(e);
            }
        });
    }

    /** Nothing wakes the other at a certain moment, so it is given the time to go wrong. */
    private static void assertStillWaiting(CompletableFuture<?> other) {
        assertThat(other)
                .as("what has to wait")
                .isNotCompleted()
                .failsWithin(Duration.ofMillis(100))
                .withThrowableThat()
                .isInstanceOf(java.util.concurrent.TimeoutException.class);
    }

    @Test
    void acquire_diverted_waitsForTheEndOfAnother() throws Exception {
        Grant first = acquire(Use.DIVERTED);
        CompletableFuture<Grant> second = acquireLater(Use.DIVERTED);
        assertStillWaiting(second);

        first.end();

        assertThat(second.get(10, TimeUnit.SECONDS).use()).isEqualTo(Use.DIVERTED);
    }

    @Test
    void acquire_inPlace_waitsForTheEndOfADivertedOne() throws Exception {
        Grant first = acquire(Use.DIVERTED);
        CompletableFuture<Grant> second = acquireLater(Use.IN_PLACE);
        assertStillWaiting(second);

        first.end();

        assertThat(second.get(10, TimeUnit.SECONDS).use()).isEqualTo(Use.IN_PLACE);
    }

    /** The diverted run may end only when the other has done its part. */
    @Test
    void acquire_inPlace_doesNotWaitForALongDivertedOne() throws Exception {
        Grant first = acquire(Use.DIVERTED);
        first.isSetUp();
        assertThat(access.isContended()).isFalse();

        assertThat(acquireLater(Use.IN_PLACE).get(30, TimeUnit.SECONDS).use()).isEqualTo(Use.IN_PLACE);

        assertThat(access.isContended()).isTrue();
        first.end();
    }

    @Test
    void acquire_divertedThatMayJoin_writesInPlaceBesideAnother() throws Exception {
        Grant first = acquire(Use.IN_PLACE);
        first.isSetUp();

        Grant second = access.acquire(Use.DIVERTED, true, () -> false);

        assertThat(second.use()).isEqualTo(Use.IN_PLACE);
        assertThat(second.guarded()).isTrue();
    }

    @Test
    void acquire_divertedThatMayNotJoin_waitsForWritersInPlace() throws Exception {
        Grant first = acquire(Use.IN_PLACE);
        first.isSetUp();
        CompletableFuture<Grant> second = acquireLater(Use.DIVERTED);
        assertStillWaiting(second);

        first.end();

        assertThat(second.get(10, TimeUnit.SECONDS).use()).isEqualTo(Use.DIVERTED);
    }

    /** While a sandbox is put together nobody may exchange directories under it. */
    @Test
    void acquire_inPlace_waitsForSetUpsThatAreNotGuarded() throws Exception {
        Grant reader = acquire(Use.READ);
        CompletableFuture<Grant> writer = acquireLater(Use.IN_PLACE);
        assertStillWaiting(writer);

        reader.isSetUp();

        assertThat(writer.get(10, TimeUnit.SECONDS).guarded()).isFalse();
    }

    @Test
    void acquire_whileOthersWriteInPlace_isGuarded() throws Exception {
        Grant writer = acquire(Use.IN_PLACE);
        writer.isSetUp();

        assertThat(acquire(Use.READ).guarded()).isTrue();
        assertThat(acquire(Use.IN_PLACE).guarded()).isTrue();
        writer.end();
    }

    @Test
    void beginMerge_waitsForSetUpsAndKeepsNewOnesOut() throws Exception {
        Grant diverted = acquire(Use.DIVERTED);
        diverted.isSetUp();
        Grant reader = acquire(Use.READ);
        CompletableFuture<Void> merge = CompletableFuture.runAsync(diverted::beginMerge);
        assertStillWaiting(merge);

        reader.isSetUp();
        merge.get(10, TimeUnit.SECONDS);
        CompletableFuture<Grant> late = acquireLater(Use.READ);
        assertStillWaiting(late);

        diverted.end();
        assertThat(late.get(10, TimeUnit.SECONDS).use()).isEqualTo(Use.READ);
    }

    @Test
    void acquire_cancelledWhileWaiting_isRefused() throws Exception {
        Grant unused = acquire(Use.DIVERTED);

        assertThatExceptionOfType(SandboxSetupException.class)
                .isThrownBy(() -> access.acquire(Use.DIVERTED, false, () -> true))
                .withMessageContaining("closed");
        unused.end();
    }

    @Test
    void acquire_interruptedWhileWaiting_keepsTheInterrupt() throws Exception {
        Grant unused = acquire(Use.DIVERTED);
        Thread.currentThread().interrupt();

        assertThatExceptionOfType(SandboxSetupException.class).isThrownBy(() -> acquire(Use.DIVERTED));
        assertThat(Thread.interrupted()).isTrue();
        unused.end();
    }
}
