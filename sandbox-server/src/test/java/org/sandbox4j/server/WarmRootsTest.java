package org.sandbox4j.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.sandbox4j.Sandbox;
import org.sandbox4j.SandboxSetupException;
import org.sandbox4j.protocol.RootSettings;

class WarmRootsTest {
    @TempDir
    private Path parent;

    private final List<FakeSandbox> opened = new ArrayList<>();
    private boolean failing;
    private WarmRoots warm;

    @BeforeEach
    void open() throws IOException {
        warm = new WarmRoots(new RunDirectories(parent.resolve("runs")), new WarmRoots.Maker() {
            @Override
            public void unpack(StoredEnvironment environment, Path root) throws IOException {
                Files.createDirectories(root);
            }

            @Override
            public Sandbox open(RootSettings settings, Path directory) {
                if (failing) {
                    throw new SandboxSetupException("no sandbox");
                }
                FakeSandbox sandbox = new FakeSandbox(directory);
                opened.add(sandbox);
                return sandbox;
            }
        });
    }

    private static StoredEnvironment environment(String content) {
        return new StoredEnvironment(
                UUID.randomUUID(), Tenant.EVERYBODY, List.of(new Layer(content, Optional.empty())), false, Instant.MAX);
    }

    private long directories() throws IOException {
        try (Stream<Path> list = Files.list(parent.resolve("runs"))) {
            return list.count();
        }
    }

    @Test
    void take_theSameContent_givesTheSameTree() throws IOException {
        try (WarmRoots.Lease first = warm.take(environment("a"), RootSettings.DEFAULT);
                WarmRoots.Lease second = warm.take(environment("a"), RootSettings.DEFAULT)) {
            assertThat(second.root()).isEqualTo(first.root()).isDirectory();
        }
        try (WarmRoots.Lease third = warm.take(environment("a"), RootSettings.DEFAULT)) {
            assertThat(third.sandbox()).isSameAs(opened.get(0));
        }
        assertThat(opened).hasSize(1);
    }

    @Test
    void take_otherSettings_givesAnotherTree() throws IOException {
        RootSettings other =
                new RootSettings(List.of(), 1, 1, "other", Optional.empty(), RootSettings.DEFAULT.personality(), false);
        try (WarmRoots.Lease first = warm.take(environment("a"), RootSettings.DEFAULT);
                WarmRoots.Lease second = warm.take(environment("a"), other)) {
            assertThat(second.root()).isNotEqualTo(first.root());
        }
    }

    @Test
    void trees_beyondAFew_areRemovedOldestFirst_butNotWhileInUse() throws IOException {
        WarmRoots.Lease used = warm.take(environment("used"), RootSettings.DEFAULT);
        for (int i = 0; i < 10; i++) {
            warm.take(environment("e" + i), RootSettings.DEFAULT).close();
        }
        assertThat(directories()).isEqualTo(1 + 4);
        assertThat(opened).filteredOn(sandbox -> !sandbox.closed).hasSize(1 + 4).contains(opened.get(0));
        assertThat(opened.get(10).closed).isFalse();
        used.close();
        warm.close();
        assertThat(opened).allMatch(sandbox -> sandbox.closed);
        assertThat(directories()).isZero();
    }

    @Test
    void take_failing_leavesNothingAndCanBeTriedAgain() throws IOException {
        failing = true;
        assertThatThrownBy(() -> warm.take(environment("a"), RootSettings.DEFAULT))
                .isInstanceOf(SandboxSetupException.class);
        assertThat(directories()).isZero();
        failing = false;
        try (WarmRoots.Lease lease = warm.take(environment("a"), RootSettings.DEFAULT)) {
            assertThat(lease.root()).isDirectory();
        }
    }
}
