package org.sandbox4j.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.sandbox4j.Sandbox;
import org.sandbox4j.SandboxCommand;
import org.sandbox4j.SandboxFlags;
import org.sandbox4j.SandboxUnsupportedException;
import org.sandbox4j.SeccompProfile;
import org.sandbox4j.protocol.JsonLimits;
import org.sandbox4j.protocol.RootCodec;
import org.sandbox4j.protocol.RootRequest;
import org.sandbox4j.protocol.RootResponse;
import org.sandbox4j.protocol.RootSettings;
import org.sandbox4j.remote.RemoteOptions;
import org.sandbox4j.server.RawHttp.Part;
import org.sandbox4j.server.RawHttp.Reply;

/** The network and the filter of system calls, which the administrator of a server decides on. */
class RunPolicyIT {
    private static final String EVENTS = "Accept: application/x-ndjson";

    @TempDir
    private static Path data;

    private static SandboxHttpServer usual;
    private static SandboxHttpServer permissive;

    @TempDir
    Path directory;

    @BeforeAll
    static void start() {
        usual = SandboxHttpServer.builder()
                .dataDirectory(data.resolve("usual"))
                .port(0)
                .start();
        permissive = SandboxHttpServer.builder()
                .dataDirectory(data.resolve("permissive"))
                .port(0)
                .network(true)
                .seccomp(SeccompProfile.NONE)
                .start();
    }

    @AfterAll
    static void stop() {
        usual.close();
        permissive.close();
    }

    private static SandboxCommand sh(String script, SandboxFlags... flags) {
        return SandboxCommand.builder("/bin/sh", "-c", script).flags(flags).build();
    }

    private static RootRequest request(
            Optional<SeccompProfile> seccomp, Optional<UUID> environment, boolean save, SandboxCommand... commands) {
        RootSettings plain = RootSettings.DEFAULT;
        RootSettings settings = new RootSettings(
                List.of(), plain.uid(), plain.gid(), plain.hostname(), seccomp, plain.personality(), true);
        return new RootRequest(List.of(commands), settings, environment, List.of(), save);
    }

    private static Reply post(SandboxHttpServer server, RootRequest request, String... headers) throws IOException {
        byte[] text = RootCodec.write(request);
        return new RawHttp(server.url())
                .post("/runs/", List.of(new Part("form-data; name=\"request\"", text)), headers);
    }

    private static RootResponse run(SandboxHttpServer server, RootRequest request) throws IOException {
        Reply reply = post(server, request);
        return RootCodec.readResponse(new ByteArrayInputStream(reply.content()), JsonLimits.DEFAULT);
    }

    private static RootResponse run(SandboxHttpServer server, SandboxCommand... commands) throws IOException {
        return run(server, request(Optional.empty(), Optional.empty(), false, commands));
    }

    private static String output(RootResponse response) {
        assertThat(response.failure()).isEmpty();
        return new String(response.results().get(0).stdout().bytes(), StandardCharsets.UTF_8);
    }

    private static void assertUnsupported(RootResponse response, String text) {
        assertThat(response.results()).isEmpty();
        assertThat(response.failure().orElseThrow().reason()).isEqualTo("unsupported");
        assertThat(response.failure().orElseThrow().message()).contains(text);
    }

    @Test
    void network_notPermitted_isRefusedAndNothingRuns() throws IOException {
        assertUnsupported(run(usual, sh("true", SandboxFlags.NETWORK_ENABLED)), "NETWORK_ENABLED");
        assertUnsupported(run(usual, sh("true"), sh("true", SandboxFlags.NETWORK_ENABLED)), "NETWORK_ENABLED");
    }

    @Test
    void network_notPermitted_isRefusedInStreams_alsoWithATerminal() throws IOException {
        SandboxCommand command = sh("true", SandboxFlags.NETWORK_ENABLED, SandboxFlags.INTERACTIVE).toBuilder()
                .terminal(80, 24)
                .build();
        String events = post(usual, request(Optional.empty(), Optional.empty(), false, command), EVENTS)
                .text();
        assertThat(events).contains("\"reason\":\"unsupported\"").doesNotContain("\"started\"");
    }

    @Test
    void network_notPermitted_isRefusedInTreesThatRunsShare() throws IOException {
        RootRequest saving = request(Optional.empty(), Optional.empty(), true, sh("true"));
        UUID saved = run(usual, saving).environment().orElseThrow().id();
        SandboxFlags[] flags = {SandboxFlags.ROOT_READ_ONLY, SandboxFlags.NETWORK_ENABLED};
        RootRequest shared = request(Optional.empty(), Optional.of(saved), false, sh("true", flags));
        assertUnsupported(run(usual, shared), "NETWORK_ENABLED");
    }

    @Test
    void network_permitted_isTheHosts() throws IOException {
        try (ServerSocket listener = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            SandboxCommand listening = sh("cat /proc/net/tcp /proc/net/tcp6", SandboxFlags.NETWORK_ENABLED);
            String port = ":%04X ".formatted(listener.getLocalPort());
            assertThat(output(run(permissive, listening))).contains(port);
            assertThat(output(run(permissive, sh("cat /proc/net/tcp /proc/net/tcp6"))))
                    .doesNotContain(port);
        }
    }

    @Test
    void shellCommands_haveNoNetwork_whateverIsPermitted() throws IOException {
        for (SandboxHttpServer server : List.of(usual, permissive)) {
            Reply reply =
                    new RawHttp(server.url()).execute("{\"commands\": [\"tail -n +3 /proc/net/dev | cut -d: -f1\"]}");
            assertThat(reply.text()).contains("\"stdout\": \"lo\"");
        }
    }

    @Test
    void filter_weakerThanTheServers_isRefused_stricterOneIsLoaded() throws IOException {
        SandboxCommand filter = sh("grep ^Seccomp: /proc/self/status");
        assertUnsupported(
                run(usual, request(Optional.of(SeccompProfile.NONE), Optional.empty(), false, filter)), "STANDARD");
        for (Optional<SeccompProfile> permitted :
                List.of(Optional.<SeccompProfile>empty(), Optional.of(SeccompProfile.STRICT))) {
            assertThat(output(run(usual, request(permitted, Optional.empty(), false, filter))))
                    .isEqualTo("Seccomp:\t2\n");
        }
        assertThat(output(run(permissive, filter))).isEqualTo("Seccomp:\t0\n");
        assertThat(output(
                        run(permissive, request(Optional.of(SeccompProfile.STRICT), Optional.empty(), false, filter))))
                .isEqualTo("Seccomp:\t2\n");
    }

    @Test
    void policy_isAnnounced() throws IOException {
        assertThat(new RawHttp(usual.url()).get("/runs/").text())
                .contains("\"network\":false")
                .contains("\"seccomp\":\"STANDARD\"");
        assertThat(new RawHttp(permissive.url()).get("/runs/").text())
                .contains("\"network\":true")
                .contains("\"seccomp\":\"NONE\"");
    }

    @Test
    void sandbox_onTheServer_refusesBeforeAnythingIsSent() throws IOException {
        Matcher before = runs();
        try (Sandbox sandbox = Sandbox.builder(directory)
                .backend("remote")
                .with(RemoteOptions.server(usual.url()))
                .open()) {
            assertThatExceptionOfType(SandboxUnsupportedException.class)
                    .isThrownBy(() -> sandbox.execute(sh("true", SandboxFlags.NETWORK_ENABLED)))
                    .withMessageContaining("--network");
            assertThatExceptionOfType(SandboxUnsupportedException.class)
                    .isThrownBy(() -> sandbox.run(List.of("/bin/true"), SandboxFlags.NETWORK_ENABLED));
        }
        assertThat(runs().group()).isEqualTo(before.group());
    }

    private static Matcher runs() throws IOException {
        String metrics = new RawHttp(usual.url()).get("/metrics").text();
        Matcher matcher = Pattern.compile("sandbox_run_seconds_count \\d+").matcher(metrics);
        assertThat(matcher.find()).isTrue();
        return matcher;
    }

    @Test
    void sandbox_withAWeakerFilterThanTheServers_isNotOpened() {
        assertThatExceptionOfType(SandboxUnsupportedException.class)
                .isThrownBy(() -> Sandbox.builder(directory)
                        .backend("remote")
                        .with(RemoteOptions.server(usual.url()))
                        .seccomp(SeccompProfile.NONE)
                        .open())
                .withMessageContaining("STANDARD");
    }
}
