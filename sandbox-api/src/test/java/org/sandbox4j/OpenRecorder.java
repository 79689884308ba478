package org.sandbox4j;

import java.util.ArrayList;
import java.util.List;
import org.sandbox4j.spi.SandboxConfig;

/** Options through which the fake providers tell a test what they opened. */
final class OpenRecorder implements BackendOptions {
    /** One call of a provider's {@code open}. */
    record Opened(String backend, SandboxConfig config, FakeSandbox sandbox) {}

    private final List<Opened> opened = new ArrayList<>();

    @Override
    public String backend() {
        return "fake";
    }

    void add(String backend, SandboxConfig config, FakeSandbox sandbox) {
        opened.add(new Opened(backend, config, sandbox));
    }

    List<String> backends() {
        return opened.stream().map(Opened::backend).toList();
    }

    SandboxConfig config() {
        return only().config();
    }

    FakeSandbox sandbox() {
        return only().sandbox();
    }

    private Opened only() {
        if (opened.size() != 1) {
            throw new AssertionError("Expected one opened sandbox, but there were: " + opened);
        }
        return opened.get(0);
    }
}
