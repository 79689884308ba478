package org.sandbox4j;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.sandbox4j.ResourceLimits.Resource;
import org.sandbox4j.spi.HostBind;
import org.sandbox4j.spi.SandboxConfig;

/** What the builder refuses, and what a provider gets to see of the rest. */
class SandboxBuilderTest {
    private static final Path DIRECTORY = Path.of("/sandboxes/one");

    private final SandboxBuilder builder = Sandbox.builder(DIRECTORY);

    @Test
    void open_nothingSet_hasTheDefaults() {
        SandboxConfig config = open();

        assertThat(config.directory()).isEqualTo(DIRECTORY);
        assertThat(config.root()).isEqualTo(DIRECTORY.resolve("root"));
        assertThat(config.scratch()).isEqualTo(DIRECTORY.resolve("scratch"));
        assertThat(config.buildUid()).isZero();
        assertThat(config.buildGid()).isZero();
        assertThat(config.hostname()).isEqualTo("sandbox");
        assertThat(config.binds()).isEmpty();
        assertThat(config.hostSystem()).isFalse();
        assertThat(config.stdin()).isEqualTo(Stdio.inherit());
        assertThat(config.stdout()).isEqualTo(Stdio.inherit());
        assertThat(config.stderr()).isEqualTo(Stdio.inherit());
        assertThat(config.limits()).isEqualTo(ResourceLimits.none());
        assertThat(config.seccomp()).isEmpty();
        assertThat(config.required()).isEmpty();
        assertThat(config.options(OtherOptions.class)).isEmpty();
    }

    @Test
    void open_everythingSet_reachesTheProvider() {
        ResourceLimits limits =
                ResourceLimits.builder().limit(Resource.PROCESSES, 7).build();
        Stdio in = Stdio.from(new ByteArrayInputStream(new byte[0]));
        Stdio out = Stdio.to(new ByteArrayOutputStream());
        Stdio err = Stdio.append(Path.of("errors"));
        builder.buildUid(1000)
                .buildGid(100)
                .hostname("build-7.example")
                .hostSystem()
                .stdin(in)
                .stdout(out)
                .stderr(err)
                .limits(limits)
                .seccomp(SeccompProfile.STRICT)
                .require(Isolation.FILESYSTEM)
                .require(Isolation.NETWORK, Isolation.IPC);

        SandboxConfig config = open();

        assertThat(config.buildUid()).isEqualTo(1000);
        assertThat(config.buildGid()).isEqualTo(100);
        assertThat(config.hostname()).isEqualTo("build-7.example");
        assertThat(config.hostSystem()).isTrue();
        assertThat(config.stdin()).isSameAs(in);
        assertThat(config.stdout()).isSameAs(out);
        assertThat(config.stderr()).isSameAs(err);
        assertThat(config.limits()).isSameAs(limits);
        assertThat(config.seccomp()).contains(SeccompProfile.STRICT);
        assertThat(config.required()).containsExactlyInAnyOrder(Isolation.FILESYSTEM, Isolation.NETWORK, Isolation.IPC);
    }

    @Test
    void open_builderUsedAfterwards_leavesTheConfigAsItWas() {
        builder.bind(Path.of("/one"), "/one").require(Isolation.IPC);
        SandboxConfig config = open();

        builder.bind(Path.of("/two"), "/two")
                .require(Isolation.LIMITS)
                .hostname("other")
                .hostSystem()
                .with(new OtherOptions("x"));

        assertThat(config.binds()).hasSize(1);
        assertThat(config.required()).containsExactly(Isolation.IPC);
        assertThat(config.hostname()).isEqualTo("sandbox");
        assertThat(config.hostSystem()).isFalse();
        assertThat(config.options(OtherOptions.class)).isEmpty();
    }

    @Test
    void config_collections_areUnmodifiable() {
        SandboxConfig config = open();

        assertThatThrownBy(() -> config.binds().clear()).isInstanceOf(UnsupportedOperationException.class);
        assertThatThrownBy(() -> config.required().clear()).isInstanceOf(UnsupportedOperationException.class);
    }

    @Test
    void directory_relative_becomesAbsoluteAndNormalised() {
        SandboxConfig config = open(Sandbox.builder(Path.of("a/../b/./c")));

        assertThat(config.directory()).isEqualTo(Path.of("b/c").toAbsolutePath());
    }

    @ParameterizedTest
    @ValueSource(strings = {"/", "/..", "/a/.."})
    void directory_rootOfTheFileSystem_isRefused(Path directory) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Sandbox.builder(directory))
                .withMessageContaining("directory of its own");
    }

    @Test
    void bind_several_keepTheirOrderAndKind() {
        builder.bind(Path.of("/data/../usr"), "/usr/")
                .bindWritable(Path.of("cache"), "//var//cache")
                .bind(Path.of("/usr"), "/usr");

        assertThat(open().binds())
                .containsExactly(
                        new HostBind(Path.of("/usr"), "/usr", false),
                        new HostBind(Path.of("cache").toAbsolutePath(), "/var/cache", true),
                        new HostBind(Path.of("/usr"), "/usr", false));
    }

    @ParameterizedTest
    @ValueSource(strings = {"/", "", "usr", "/a/../b", "/a\0"})
    void bind_wrongTarget_isRefusedAtOnce(String target) {
        assertThatIllegalArgumentException().isThrownBy(() -> builder.bind(Path.of("/usr"), target));
        assertThatIllegalArgumentException().isThrownBy(() -> builder.bindWritable(Path.of("/usr"), target));
        assertThat(open().binds()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(ints = {-1, Integer.MIN_VALUE})
    void buildUidAndGid_negative_areRefused(int id) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> builder.buildUid(id))
                .withMessage("buildUid must be 0 or more, not " + id + ".");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> builder.buildGid(id))
                .withMessage("buildGid must be 0 or more, not " + id + ".");
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 65_534, Integer.MAX_VALUE})
    void buildUidAndGid_zeroOrMore_areTaken(int id) {
        SandboxConfig config = open(builder.buildUid(id).buildGid(id));

        assertThat(config.buildUid()).isEqualTo(id);
        assertThat(config.buildGid()).isEqualTo(id);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "-", ".", "-a", "a-", ".a", "a.", "a b", "a_b", "a/b", "ä", "a\n", "a\0"})
    void hostname_notOne_isRefused(String hostname) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> builder.hostname(hostname))
                .withMessageContaining("'" + hostname + "'");
    }

    @ParameterizedTest
    @ValueSource(strings = {"a", "A", "7", "a.b-c", "UPPER.example", "a--b"})
    void hostname_one_isTaken(String hostname) {
        assertThat(open(builder.hostname(hostname)).hostname()).isEqualTo(hostname);
    }

    @Test
    void hostname_lengthOf64_isTheLongest() {
        assertThat(open(builder.hostname("a".repeat(64))).hostname()).hasSize(64);
        assertThatIllegalArgumentException().isThrownBy(() -> builder.hostname("a".repeat(65)));
    }

    static Stream<Stdio> noTargetsOfRun() {
        return Stream.of(
                Stdio.capture(10),
                Stdio.pipe(),
                Stdio.bytes(new byte[0]),
                Stdio.from(new ByteArrayInputStream(new byte[0])));
    }

    @ParameterizedTest
    @MethodSource("noTargetsOfRun")
    void stdoutAndStderr_nobodyCouldReadOrWriteThem_areRefused(Stdio stdio) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> builder.stdout(stdio))
                .withMessageContaining(stdio.toString());
        assertThatIllegalArgumentException()
                .isThrownBy(() -> builder.stderr(stdio))
                .withMessageContaining(stdio.toString());
    }

    static Stream<Stdio> noSourcesOfRun() {
        return Stream.of(
                Stdio.pipe(), Stdio.capture(10), Stdio.append(Path.of("log")), Stdio.to(new ByteArrayOutputStream()));
    }

    @ParameterizedTest
    @MethodSource("noSourcesOfRun")
    void stdin_nothingToReadFrom_isRefused(Stdio stdio) {
        assertThatIllegalArgumentException().isThrownBy(() -> builder.stdin(stdio));
    }

    @Test
    void options_severalOfOneKind_giveTheLast() {
        builder.with(new OtherOptions("first")).with(new OtherOptions("second"));

        assertThat(open().options(OtherOptions.class)).contains(new OtherOptions("second"));
    }

    @Test
    void setters_again_replaceTheEarlierValue() {
        builder.hostname("one").hostname("two").buildUid(1).buildUid(2).seccomp(SeccompProfile.NONE);

        SandboxConfig config = open(builder.seccomp(SeccompProfile.STANDARD));

        assertThat(config.hostname()).isEqualTo("two");
        assertThat(config.buildUid()).isEqualTo(2);
        assertThat(config.seccomp()).contains(SeccompProfile.STANDARD);
    }

    @Test
    void setters_null_areRefusedAtOnce() {
        assertThatNullPointerException().isThrownBy(() -> Sandbox.builder(null));
        assertThatNullPointerException().isThrownBy(() -> builder.backend(null));
        assertThatNullPointerException().isThrownBy(() -> builder.classLoader(null));
        assertThatNullPointerException().isThrownBy(() -> builder.require((Isolation) null));
        assertThatNullPointerException().isThrownBy(() -> builder.hostname(null));
        assertThatNullPointerException().isThrownBy(() -> builder.bind(null, "/a"));
        assertThatNullPointerException().isThrownBy(() -> builder.stdin(null));
        assertThatNullPointerException().isThrownBy(() -> builder.stdout(null));
        assertThatNullPointerException().isThrownBy(() -> builder.stderr(null));
        assertThatNullPointerException().isThrownBy(() -> builder.limits(null));
        assertThatNullPointerException().isThrownBy(() -> builder.seccomp(null));
        assertThatNullPointerException().isThrownBy(() -> builder.with(null));
    }

    private SandboxConfig open() {
        return open(builder);
    }

    /** Opens it with a fake provider, and returns what that was given. */
    private static SandboxConfig open(SandboxBuilder builder) {
        OpenRecorder recorder = new OpenRecorder();
        builder.classLoader(ServiceEntries.of(FakeProviders.Strong.class)).backend("strong");
        builder.with(recorder).open().close();
        return recorder.config();
    }

    private record OtherOptions(String value) implements BackendOptions {
        @Override
        public String backend() {
            return "other";
        }
    }
}
