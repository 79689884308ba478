package org.sandbox4j.spi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.entry;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.sandbox4j.Stdio;

class SandboxValuesTest {
    private static final String HIGH_SURROGATE = "\ud83d";
    private static final String LOW_SURROGATE = "\ude00";
    private static final String PAIR = HIGH_SURROGATE + LOW_SURROGATE;

    /** Text with half of a surrogate pair in every place where one can stand. */
    static Stream<String> halvesOfPairs() {
        return Stream.of(
                HIGH_SURROGATE,
                LOW_SURROGATE,
                "a" + HIGH_SURROGATE,
                HIGH_SURROGATE + "a",
                LOW_SURROGATE + HIGH_SURROGATE,
                HIGH_SURROGATE + PAIR,
                PAIR + LOW_SURROGATE,
                PAIR + HIGH_SURROGATE);
    }

    @Nested
    class Directory {
        @ParameterizedTest
        @CsvSource({
            "/, /",
            "//, /",
            "///, /",
            "/., /",
            "/./., /",
            "/a, /a",
            "/a/, /a",
            "//a//b//, /a/b",
            "/a/./b/., /a/b",
            "/..., /...",
            "/..a, /..a",
            "/a.., /a..",
            "/.hidden, /.hidden",
            "'/ ', '/ '",
            "'/a b', '/a b'",
            "/-x, /-x",
            "/a\\b, /a\\b"
        })
        void directory_absolute_isNormalised(String given, String expected) {
            assertThat(SandboxValues.directory(given)).isEqualTo(expected);
        }

        @ParameterizedTest
        @ValueSource(strings = {"/new\nline", "/tab\there", "/ünï/日本", "/" + PAIR, "/~", "/$HOME", "/*"})
        void directory_unusualCharacters_areKept(String path) {
            assertThat(SandboxValues.directory(path)).isEqualTo(path);
        }

        @Test
        void directory_veryLong_isKept() {
            String path = "/" + "x".repeat(100_000);

            assertThat(SandboxValues.directory(path)).isEqualTo(path);
        }

        @ParameterizedTest
        @ValueSource(strings = {"", " ", "a", "a/b", ".", "..", "../a", "./a", "~", " /a", "\\a", "C:/a"})
        void directory_relative_isRefused(String path) {
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> SandboxValues.directory(path))
                    .withMessageContaining("'" + path + "'")
                    .withMessageContaining("not absolute");
        }

        @ParameterizedTest
        @ValueSource(strings = {"/..", "/../a", "/a/..", "/a/../", "/a/../b", "//..//", "/a/./.."})
        void directory_parentElement_isRefused(String path) {
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> SandboxValues.directory(path))
                    .withMessageContaining("'" + path + "'")
                    .withMessageContaining("'..'");
        }

        @ParameterizedTest
        @ValueSource(strings = {"\0", "/\0", "/a\0", "/a\0/b", "a\0"})
        void directory_nul_isRefused(String path) {
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> SandboxValues.directory(path))
                    .withMessageContaining("NUL character at index " + path.indexOf('\0'));
        }

        @ParameterizedTest
        @MethodSource("org.sandbox4j.spi.SandboxValuesTest#halvesOfPairs")
        void directory_halfOfSurrogatePair_isRefused(String text) {
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> SandboxValues.directory("/" + text))
                    .withMessageContaining("half of a surrogate pair");
        }

        @Test
        void directory_null_isRefused() {
            assertThatNullPointerException().isThrownBy(() -> SandboxValues.directory(null));
        }
    }

    @Nested
    class Arguments {
        @Test
        void arguments_unusualButPossible_areKept() {
            List<String> arguments =
                    List.of("--", "", " ", "a b", "new\nline", "\"'`$\\", "-x", "日本", PAIR, "a" + PAIR + "b", "\uffff");

            assertThat(SandboxValues.arguments(arguments)).isEqualTo(arguments);
        }

        @Test
        void arguments_tenThousand_areKept() {
            List<String> arguments =
                    IntStream.range(0, 10_000).mapToObj(Integer::toString).toList();

            assertThat(SandboxValues.arguments(arguments)).isEqualTo(arguments);
        }

        @Test
        void arguments_empty_isRefused() {
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> SandboxValues.arguments(List.of()))
                    .withMessageContaining("at least one");
        }

        @Test
        void arguments_nul_isRefusedWithItsPlaceButNotItsText() {
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> SandboxValues.arguments(List.of("login", "--password", "secret\0")))
                    .withMessageContaining("Argument 2 has a NUL character at index 6")
                    .withMessageNotContaining("secret");
        }

        @ParameterizedTest
        @MethodSource("org.sandbox4j.spi.SandboxValuesTest#halvesOfPairs")
        void arguments_halfOfSurrogatePair_isRefused(String text) {
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> SandboxValues.arguments(List.of("echo", text)))
                    .withMessageContaining("Argument 1 has half of a surrogate pair");
        }

        @Test
        void arguments_nullElement_isRefused() {
            List<String> arguments = Arrays.asList("echo", null);

            assertThatNullPointerException().isThrownBy(() -> SandboxValues.arguments(arguments));
        }

        @Test
        void arguments_listChangedAfterwards_isNotSeen() {
            List<String> arguments = new ArrayList<>(List.of("true"));
            List<String> checked = SandboxValues.arguments(arguments);

            arguments.add("more");

            assertThat(checked).containsExactly("true");
        }

        @Test
        void arguments_result_isUnmodifiable() {
            List<String> checked = SandboxValues.arguments(List.of("true"));

            assertThatThrownBy(() -> checked.add("x")).isInstanceOf(UnsupportedOperationException.class);
        }
    }

    @Nested
    class Environment {
        @Test
        void environment_unusualButPossible_isKeptInOrder() {
            Map<String, String> environment = new LinkedHashMap<>();
            environment.put("Z", "");
            environment.put("A", "a=b=c");
            environment.put("name with spaces", "line\nbreak");
            environment.put("-x", "\"'`$(x)\\");
            environment.put("ünï", PAIR);
            environment.put("1", "x".repeat(100 * 1024));

            assertThat(SandboxValues.environment(environment)).containsExactlyEntriesOf(environment);
        }

        @Test
        void environment_fourThousandVariables_areKept() {
            Map<String, String> environment = new LinkedHashMap<>();
            IntStream.range(0, 4_000).forEach(i -> environment.put("VARIABLE_" + i, "value " + i));

            assertThat(SandboxValues.environment(environment)).containsExactlyEntriesOf(environment);
        }

        @Test
        void environment_empty_isEmpty() {
            assertThat(SandboxValues.environment(Map.of())).isEmpty();
        }

        @Test
        void environment_emptyName_isRefused() {
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> SandboxValues.environment(Map.of("", "secret")))
                    .withMessageContaining("must not be empty")
                    .withMessageNotContaining("secret");
        }

        @ParameterizedTest
        @ValueSource(strings = {"=", "=A", "A=", "A=hidden"})
        void environment_equalsInName_isRefusedWithoutWhatFollows(String name) {
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> SandboxValues.environment(Map.of(name, "secret")))
                    .withMessageContaining("must not hold '='")
                    .withMessageContaining("'" + name.substring(0, name.indexOf('=') + 1) + "...'")
                    .withMessageNotContaining("hidden")
                    .withMessageNotContaining("secret");
        }

        @Test
        void environment_nulInName_isRefused() {
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> SandboxValues.environment(Map.of("A\0B", "secret")))
                    .withMessageContaining("name of an environment variable has a NUL character at index 1")
                    .withMessageNotContaining("secret");
        }

        @Test
        void environment_nulInValue_isRefusedByNameButNotByValue() {
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> SandboxValues.environment(Map.of("TOKEN", "secret\0")))
                    .withMessageContaining("value of the environment variable TOKEN has a NUL character at index 6")
                    .withMessageNotContaining("secret");
        }

        @ParameterizedTest
        @MethodSource("org.sandbox4j.spi.SandboxValuesTest#halvesOfPairs")
        void environment_halfOfSurrogatePair_isRefusedInNameAndValue(String text) {
            assertThatIllegalArgumentException().isThrownBy(() -> SandboxValues.environment(Map.of(text, "")));
            assertThatIllegalArgumentException().isThrownBy(() -> SandboxValues.environment(Map.of("A", text)));
        }

        @Test
        void environment_nullNameOrValue_isRefused() {
            Map<String, String> nullName = new HashMap<>();
            nullName.put(null, "");
            Map<String, String> nullValue = Collections.singletonMap("HOME", null);

            assertThatNullPointerException().isThrownBy(() -> SandboxValues.environment(nullName));
            assertThatNullPointerException()
                    .isThrownBy(() -> SandboxValues.environment(nullValue))
                    .withMessageContaining("HOME");
        }

        @Test
        void environment_mapChangedAfterwards_isNotSeen() {
            Map<String, String> environment = new HashMap<>(Map.of("A", "1"));
            Map<String, String> checked = SandboxValues.environment(environment);

            environment.put("A", "2");
            environment.put("B", "3");

            assertThat(checked).containsExactly(entry("A", "1"));
        }

        @Test
        void environment_result_isUnmodifiable() {
            Map<String, String> checked = SandboxValues.environment(Map.of("A", "1"));

            assertThatThrownBy(() -> checked.put("B", "2")).isInstanceOf(UnsupportedOperationException.class);
        }
    }

    @Nested
    class Streams {
        static final Stdio APPEND = Stdio.append(Path.of("log"));
        static final Stdio CAPTURE = Stdio.capture(1);
        static final Stdio TO = Stdio.to(new ByteArrayOutputStream());
        static final Stdio FROM = Stdio.from(new ByteArrayInputStream(new byte[0]));
        static final Stdio BYTES = Stdio.bytes("secret".getBytes(java.nio.charset.StandardCharsets.UTF_8));

        static Stream<Stdio> bothWays() {
            return Stream.of(Stdio.inherit(), Stdio.discard(), Stdio.pipe(), Stdio.file(Path.of("file")));
        }

        static Stream<Stdio> sources() {
            return Stream.concat(bothWays(), Stream.of(FROM, BYTES));
        }

        static Stream<Stdio> targets() {
            return Stream.concat(bothWays(), Stream.of(APPEND, CAPTURE, TO));
        }

        static Stream<Stdio> onlyTargets() {
            return Stream.of(APPEND, CAPTURE, TO);
        }

        static Stream<Stdio> onlySources() {
            return Stream.of(FROM, BYTES);
        }

        @ParameterizedTest
        @MethodSource("sources")
        void source_readable_isReturned(Stdio stdio) {
            assertThat(SandboxValues.source(stdio)).isSameAs(stdio);
        }

        @ParameterizedTest
        @MethodSource("targets")
        void target_writable_isReturned(Stdio stdio) {
            assertThat(SandboxValues.target(stdio)).isSameAs(stdio);
        }

        @ParameterizedTest
        @MethodSource("onlyTargets")
        void source_onlyWritable_isRefused(Stdio stdio) {
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> SandboxValues.source(stdio))
                    .withMessageContaining("cannot be read from " + stdio);
        }

        @ParameterizedTest
        @MethodSource("onlySources")
        void target_onlyReadable_isRefused(Stdio stdio) {
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> SandboxValues.target(stdio))
                    .withMessageContaining("cannot be written to " + stdio)
                    .withMessageNotContaining("secret");
        }

        @Test
        void sourceAndTarget_null_areRefused() {
            assertThatNullPointerException().isThrownBy(() -> SandboxValues.source(null));
            assertThatNullPointerException().isThrownBy(() -> SandboxValues.target(null));
        }
    }
}
