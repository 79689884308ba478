package org.sandbox4j;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.entry;

import java.io.ByteArrayInputStream;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SandboxCommandTest {
    @Test
    void of_argumentsOnly_leavesTheRestToTheSandbox() {
        SandboxCommand command = SandboxCommand.of("make", "-j4");

        assertThat(command.arguments()).containsExactly("make", "-j4");
        assertThat(command.flags()).isEmpty();
        assertThat(command.workDirectory()).isEmpty();
        assertThat(command.environment()).isEmpty();
        assertThat(command.stdin()).isEmpty();
        assertThat(command.stdout()).isEmpty();
        assertThat(command.stderr()).isEmpty();
        assertThat(command.timeout()).isEmpty();
        assertThat(command.limits()).isEmpty();
        assertThat(command.mayFail()).isFalse();
        assertThat(command.label()).isEmpty();
    }

    @Test
    void build_everythingSet_isKept() {
        SandboxCommand command = everythingSet().build();

        assertThatEverythingIsSet(command);
    }

    @Test
    void toBuilder_everythingSet_keepsAll() {
        SandboxCommand command = everythingSet().build().toBuilder().build();

        assertThatEverythingIsSet(command);
    }

    @Test
    void toBuilder_changed_leavesTheOriginal() {
        SandboxCommand original = everythingSet().build();

        SandboxCommand changed = original.toBuilder()
                .workDirectory("/other")
                .environment(Map.of())
                .flags()
                .mayFail(false)
                .label("other")
                .build();

        assertThatEverythingIsSet(original);
        assertThat(changed.workDirectory()).contains("/other");
        assertThat(changed.environment()).contains(Map.of());
        assertThat(changed.flags()).isEmpty();
        assertThat(changed.mayFail()).isFalse();
        assertThat(changed.label()).contains("other");
        assertThat(changed.arguments()).isEqualTo(original.arguments());
    }

    @Test
    void builder_usedAfterBuild_leavesWhatWasBuilt() {
        SandboxCommand.Builder builder = SandboxCommand.builder("true").label("first");
        SandboxCommand first = builder.build();

        builder.label("second").mayFail(true);

        assertThat(first.label()).contains("first");
        assertThat(first.mayFail()).isFalse();
    }

    @Test
    void builder_listChangedAfterwards_isNotSeen() {
        List<String> arguments = new ArrayList<>(List.of("true"));
        SandboxCommand.Builder builder = SandboxCommand.builder(arguments);

        arguments.set(0, "false");

        assertThat(builder.build().arguments()).containsExactly("true");
    }

    @Test
    void arguments_arrayChangedAfterwards_isNotSeen() {
        String[] arguments = {"true"};
        SandboxCommand command = SandboxCommand.of(arguments);

        arguments[0] = "false";

        assertThat(command.arguments()).containsExactly("true");
    }

    @Test
    void builder_noArguments_isRefused() {
        assertThatIllegalArgumentException().isThrownBy(SandboxCommand::builder);
        assertThatIllegalArgumentException().isThrownBy(SandboxCommand::of);
        assertThatIllegalArgumentException().isThrownBy(() -> SandboxCommand.builder(List.of()));
    }

    @Test
    void builder_nulInArgument_isRefused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> SandboxCommand.builder("echo", "a\0b"))
                .withMessageContaining("Argument 1");
    }

    @Test
    void builder_nullArgument_isRefused() {
        assertThatNullPointerException().isThrownBy(() -> SandboxCommand.builder(Arrays.asList("echo", null)));
        assertThatNullPointerException().isThrownBy(() -> SandboxCommand.builder("echo", (String) null));
    }

    @Test
    void flags_again_replaceEarlierOnes() {
        SandboxCommand command = SandboxCommand.builder("true")
                .flags(SandboxFlags.INTERACTIVE, SandboxFlags.INHERIT_UID)
                .flags(List.of(SandboxFlags.ROOT_READ_ONLY, SandboxFlags.ROOT_READ_ONLY))
                .build();

        assertThat(command.flags()).containsExactly(SandboxFlags.ROOT_READ_ONLY);
    }

    @Test
    void flags_collectionChangedAfterwards_isNotSeen() {
        List<SandboxFlags> flags = new ArrayList<>(List.of(SandboxFlags.INTERACTIVE));
        SandboxCommand command = SandboxCommand.builder("true").flags(flags).build();

        flags.clear();

        assertThat(command.flags()).containsExactly(SandboxFlags.INTERACTIVE);
    }

    @Test
    void workDirectory_unusualForm_isNormalised() {
        assertThat(SandboxCommand.builder("true")
                        .workDirectory("//a/./b/")
                        .build()
                        .workDirectory())
                .contains("/a/b");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "a", "/a/../b", "/a\0"})
    void workDirectory_notAPathInsideTheSandbox_isRefused(String directory) {
        SandboxCommand.Builder builder = SandboxCommand.builder("true");

        assertThatIllegalArgumentException().isThrownBy(() -> builder.workDirectory(directory));
    }

    @Test
    void environment_empty_differsFromNotSet() {
        assertThat(SandboxCommand.builder("true").environment(Map.of()).build().environment())
                .contains(Map.of());
    }

    @Test
    void environment_again_replacesTheWhole() {
        SandboxCommand command = SandboxCommand.builder("true")
                .environment(Map.of("A", "1"))
                .environment(Map.of("B", "2"))
                .build();

        assertThat(command.environment().orElseThrow()).containsExactly(entry("B", "2"));
    }

    @Test
    void environment_mapChangedAfterwards_isNotSeen() {
        Map<String, String> environment = new HashMap<>(Map.of("A", "1"));
        SandboxCommand command =
                SandboxCommand.builder("true").environment(environment).build();

        environment.clear();

        assertThat(command.environment().orElseThrow()).containsExactly(entry("A", "1"));
    }

    @Test
    void environment_refusedName_isRefusedAtOnce() {
        SandboxCommand.Builder builder = SandboxCommand.builder("true");

        assertThatIllegalArgumentException().isThrownBy(() -> builder.environment(Map.of("", "")));
    }

    @Test
    void collections_ofACommand_areUnmodifiable() {
        SandboxCommand command = everythingSet().build();

        assertThatThrownBy(() -> command.arguments().add("x")).isInstanceOf(UnsupportedOperationException.class);
        assertThatThrownBy(() -> command.flags().clear()).isInstanceOf(UnsupportedOperationException.class);
        assertThatThrownBy(() -> command.environment().orElseThrow().clear())
                .isInstanceOf(UnsupportedOperationException.class);
    }

    @Test
    void streams_wrongDirection_areRefused() {
        SandboxCommand.Builder builder = SandboxCommand.builder("cat");

        assertThatIllegalArgumentException().isThrownBy(() -> builder.stdin(Stdio.capture(1)));
        assertThatIllegalArgumentException().isThrownBy(() -> builder.stdin(Stdio.append(Path.of("log"))));
        assertThatIllegalArgumentException().isThrownBy(() -> builder.stdout(Stdio.bytes(new byte[0])));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> builder.stderr(Stdio.from(new ByteArrayInputStream(new byte[0]))));
    }

    @ParameterizedTest
    @ValueSource(longs = {0, -1, Long.MIN_VALUE})
    void timeout_notPositive_isRefused(long nanos) {
        SandboxCommand.Builder builder = SandboxCommand.builder("true");
        Duration timeout = Duration.ofNanos(nanos);

        assertThatIllegalArgumentException()
                .isThrownBy(() -> builder.timeout(timeout))
                .withMessageContaining(timeout.toString());
    }

    @Test
    void timeout_shortestAndLongest_areTaken() {
        Duration shortest = Duration.ofNanos(1);
        Duration longest = Duration.ofSeconds(Long.MAX_VALUE, 999_999_999);

        assertThat(SandboxCommand.builder("true").timeout(shortest).build().timeout())
                .contains(shortest);
        assertThat(SandboxCommand.builder("true").timeout(longest).build().timeout())
                .contains(longest);
    }

    @Test
    void limitsAndLabel_null_areRefused() {
        SandboxCommand.Builder builder = SandboxCommand.builder("true");

        assertThatNullPointerException().isThrownBy(() -> builder.limits(null)).withMessage("limits");
        assertThatNullPointerException().isThrownBy(() -> builder.label(null)).withMessage("label");
    }

    @Test
    void toString_environmentSet_tellsNeitherNamesNorValues() {
        SandboxCommand command = SandboxCommand.builder("make", "all")
                .environment(Map.of("TOKEN", "hunter2"))
                .stdin(Stdio.bytes("passphrase".getBytes(java.nio.charset.StandardCharsets.UTF_8)))
                .build();

        assertThat(command).hasToString("make all");
    }

    @Test
    void toString_labelled_startsWithTheLabel() {
        assertThat(SandboxCommand.builder("make", "all").label("build").build()).hasToString("build: make all");
    }

    @Test
    void toString_longArguments_areCutInTheMiddle() {
        String text = SandboxCommand.of("echo", "x".repeat(10_000), "end").toString();

        assertThat(text).startsWith("echo xxx").endsWith("xxx end").contains("9809 characters cut");
        assertThat(text.length()).isLessThan(300);
    }

    private static final Stdio INPUT = Stdio.bytes(new byte[] {1});
    private static final ResourceLimits LIMITS =
            ResourceLimits.builder().limit(ResourceLimits.Resource.PROCESSES, 5).build();

    private static SandboxCommand.Builder everythingSet() {
        return SandboxCommand.builder("make", "-j4")
                .flags(SandboxFlags.ROOT_READ_ONLY)
                .workDirectory("/build")
                .environment(Map.of("LANG", "C.UTF-8"))
                .stdin(INPUT)
                .stdout(Stdio.capture(10))
                .stderr(Stdio.discard())
                .timeout(Duration.ofMinutes(5))
                .limits(LIMITS)
                .mayFail(true)
                .label("build");
    }

    private static void assertThatEverythingIsSet(SandboxCommand command) {
        assertThat(command.arguments()).containsExactly("make", "-j4");
        assertThat(command.flags()).containsExactly(SandboxFlags.ROOT_READ_ONLY);
        assertThat(command.workDirectory()).contains("/build");
        assertThat(command.environment()).contains(Map.of("LANG", "C.UTF-8"));
        assertThat(command.stdin()).containsSame(INPUT);
        assertThat(command.stdout()).contains(Stdio.capture(10));
        assertThat(command.stderr()).contains(Stdio.discard());
        assertThat(command.timeout()).contains(Duration.ofMinutes(5));
        assertThat(command.limits()).contains(LIMITS);
        assertThat(command.mayFail()).isTrue();
        assertThat(command.label()).contains("build");
    }
}
