package org.sandbox4j.local.launch;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/** A process of a launcher, and what came from it. It runs on the host: nothing isolates it. */
final class Launched {
    private final LaunchedProcess process;
    private final List<InitMessage> messages = new ArrayList<>();
    private final ByteArrayOutputStream stdout = new ByteArrayOutputStream();
    private final ByteArrayOutputStream stderr = new ByteArrayOutputStream();
    private String exit = "";
    private String diagnostics = "";

    private Launched(LaunchedProcess process) {
        this.process = process;
    }

    static Launcher launcher(String name) {
        return name.equals("native") ? NativeSupport.required() : new ShellLauncher();
    }

    /** Launches the init program itself. */
    static Launched init(String launcher, Path scratch, InitPayload payload) throws IOException {
        return init(launcher, scratch, List.of(Descriptors.INIT_PATH), payload, process -> {});
    }

    /** Launches a command that becomes the init program, and does something once that has its payload. */
    static Launched init(
            String launcher,
            Path scratch,
            List<String> command,
            InitPayload payload,
            Consumer<LaunchedProcess> meanwhile)
            throws IOException {
        Launched launched = new Launched(launcher(launcher)
                .launch(new LaunchRequest(
                        StageList.nothing(),
                        command,
                        new OptionList(List.of()),
                        Optional.empty(),
                        payload,
                        false,
                        false,
                        scratch)));
        byte[] bytes = payload.encode();
        Thread writer = new Thread(() -> {
            launched.process.control().writePayload(bytes);
            meanwhile.accept(launched.process);
        });
        writer.start();
        launched.awaitEnd();
        join(writer);
        return launched;
    }

    /** Launches a script of the host's shell in the place of the isolation tool. */
    static Launched script(String launcher, Path scratch, String script, boolean stdin, boolean merged)
            throws IOException {
        InitPayload unused =
                new InitPayload(List.of("unused"), java.util.Map.of(), "/", "", java.util.Map.of(), List.of());
        Launched launched = new Launched(launcher(launcher)
                .launch(new LaunchRequest(
                        StageList.nothing(),
                        List.of("/bin/sh", "-c", script),
                        new OptionList(List.of("--option", "a b", "gr\u00fc\u00dfe")),
                        Optional.empty(),
                        unused,
                        stdin,
                        merged,
                        scratch)));
        launched.process.control().writePayload(new byte[0]);
        launched.awaitEnd();
        return launched;
    }

    private void awaitEnd() throws IOException {
        process.watch(new ProcessWatch(
                messages::add,
                Optional.of((chunk, length) -> stdout.write(chunk, 0, length)),
                Optional.of((chunk, length) -> stderr.write(chunk, 0, length)),
                ProcessWatch.Waiting.PLAIN,
                work -> new Thread(work).start()));
        HostExit end = process.awaitExit();
        exit = end.description();
        diagnostics = process.diagnostics();
        process.release();
        NativeProcess.closeQuietly(process.stdin());
    }

    String diagnostics() {
        return diagnostics;
    }

    String exit() {
        return exit;
    }

    String stdout() {
        return stdout.toString(StandardCharsets.UTF_8);
    }

    String stderr() {
        return stderr.toString(StandardCharsets.UTF_8);
    }

    boolean hasStarted() {
        return !messages.isEmpty() && messages.get(0) instanceof InitMessage.Started;
    }

    InitMessage.Failed failure() {
        assertThat(messages).hasSize(1);
        return (InitMessage.Failed) messages.get(0);
    }

    InitMessage.Ended end() {
        assertThat(messages).as("messages").hasSize(2);
        assertThat(messages.get(0)).isInstanceOf(InitMessage.Started.class);
        return (InitMessage.Ended) messages.get(1);
    }

    private static void join(Thread thread) {
        try {
            thread.join();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }
}
