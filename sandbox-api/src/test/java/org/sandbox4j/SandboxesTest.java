package org.sandbox4j;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.EnumSet;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.sandbox4j.FakeProviders.BlankId;
import org.sandbox4j.FakeProviders.EmptyId;
import org.sandbox4j.FakeProviders.Forbidden;
import org.sandbox4j.FakeProviders.HyphenId;
import org.sandbox4j.FakeProviders.Libraryless;
import org.sandbox4j.FakeProviders.NoDefaultConstructor;
import org.sandbox4j.FakeProviders.NullId;
import org.sandbox4j.FakeProviders.NullProbe;
import org.sandbox4j.FakeProviders.Remote;
import org.sandbox4j.FakeProviders.SecondStrong;
import org.sandbox4j.FakeProviders.Strong;
import org.sandbox4j.FakeProviders.ThrowingConstructor;
import org.sandbox4j.FakeProviders.ThrowingId;
import org.sandbox4j.FakeProviders.ThrowingInitialiser;
import org.sandbox4j.FakeProviders.ThrowingPriority;
import org.sandbox4j.FakeProviders.ThrowingProbe;
import org.sandbox4j.FakeProviders.UpperCaseId;
import org.sandbox4j.FakeProviders.Weak;
import org.sandbox4j.Sandboxes.Diagnosis;
import org.sandbox4j.spi.Availability;

class SandboxesTest {
    @Test
    void diagnose_noBackend_isEmpty() {
        assertThat(Sandboxes.diagnose(ServiceEntries.of())).isEmpty();
    }

    @Test
    void diagnose_availableBackend_tellsWhatItGuarantees() {
        assertThat(Sandboxes.diagnose(ServiceEntries.of(Weak.class)))
                .containsExactly(new Diagnosis(
                        "weak",
                        Weak.class.getName(),
                        new Availability.Available("a fake", EnumSet.of(Isolation.FILESYSTEM))))
                .allMatch(Diagnosis::available);
    }

    @Test
    void diagnose_unavailableBackend_tellsReasonAndRemedy() {
        assertThat(Sandboxes.diagnose(ServiceEntries.of(Forbidden.class)))
                .containsExactly(new Diagnosis(
                        "forbidden",
                        Forbidden.class.getName(),
                        new Availability.Unavailable("User namespaces are switched off", "Switch them on")))
                .noneMatch(Diagnosis::available);
    }

    @Test
    void diagnose_several_listsPreferredFirstAndBrokenLast() {
        List<Diagnosis> diagnoses = Sandboxes.diagnose(ServiceEntries.of(
                EmptyId.class, Remote.class, Weak.class, ThrowingConstructor.class, Strong.class, Forbidden.class));

        assertThat(diagnoses)
                .extracting(Diagnosis::backend)
                .containsExactly(
                        "forbidden",
                        "strong",
                        "weak",
                        "remote",
                        EmptyId.class.getName(),
                        ThrowingConstructor.class.getName());
    }

    @Test
    void diagnose_result_isUnmodifiable() {
        List<Diagnosis> diagnoses = Sandboxes.diagnose(ServiceEntries.of(Strong.class));

        assertThatThrownBy(diagnoses::clear).isInstanceOf(UnsupportedOperationException.class);
    }

    @ParameterizedTest
    @ValueSource(
            classes = {
                ThrowingConstructor.class,
                ThrowingInitialiser.class,
                NoDefaultConstructor.class,
                ThrowingId.class,
                ThrowingPriority.class,
                NullId.class,
                EmptyId.class,
                UpperCaseId.class,
                BlankId.class,
                HyphenId.class,
                OpenRecorder.class
            })
    void diagnose_brokenProvider_isReportedAndHidesNoOther(Class<?> broken) {
        List<Diagnosis> diagnoses = Sandboxes.diagnose(ServiceEntries.of(broken, Strong.class));

        assertThat(diagnoses).hasSize(2);
        assertThat(diagnoses.get(0).backend()).isEqualTo("strong");
        assertThat(diagnoses.get(1).available()).isFalse();
        assertThat(story(diagnoses.get(1))).contains("it could not be loaded", broken.getName());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "org.example.Missing",
                ServiceEntries.UNLINKABLE,
                "two words",
                "9lives",
                "a..b",
                "org.sandbox4j.spi.SandboxProvider"
            })
    void diagnose_brokenEntry_isReportedAndHidesNoOther(String entry) {
        ClassLoader loader = ServiceEntries.ofFiles(entry, Strong.class.getName());

        List<Diagnosis> diagnoses = Sandboxes.diagnose(loader);

        assertThat(diagnoses).hasSize(2);
        assertThat(diagnoses.get(0).backend()).isEqualTo("strong");
        assertThat(diagnoses.get(1).available()).isFalse();
        assertThat(story(diagnoses.get(1))).contains("it could not be loaded");
    }

    @Test
    void diagnose_missingClass_isNamed() {
        Diagnosis diagnosis = only(ServiceEntries.ofFiles("org.example.Missing"));

        assertThat(story(diagnosis)).contains("org.example.Missing not found");
    }

    @Test
    void diagnose_soundAndBrokenEntryInOneFile_findsTheSoundOne() {
        ClassLoader loader = ServiceEntries.ofFiles(
                "# a comment\norg.example.Missing\n\n" + Strong.class.getName() + " # the good one\n");

        assertThat(Sandboxes.diagnose(loader)).extracting(Diagnosis::backend).contains("strong");
    }

    @Test
    void diagnose_throwingConstructor_tellsTheCause() {
        assertThat(story(only(ServiceEntries.of(ThrowingConstructor.class)))).contains("constructor broke");
    }

    @Test
    void diagnose_throwingProbe_isAnAnswer() {
        Diagnosis diagnosis = only(ServiceEntries.of(ThrowingProbe.class));

        assertThat(diagnosis.backend()).isEqualTo("throwing-probe");
        assertThat(story(diagnosis)).contains("its probe failed", "probe broke", "deep cause", "must not throw");
    }

    @Test
    void diagnose_probeMissesANativeLibrary_isAnAnswer() {
        assertThat(story(only(ServiceEntries.of(Libraryless.class)))).contains("no native in path");
    }

    @Test
    void diagnose_probeWithoutAnswer_isAnAnswer() {
        assertThat(only(ServiceEntries.of(NullProbe.class)).available()).isFalse();
    }

    @Test
    void diagnose_twoBackendsWithOneId_isRefused() {
        ClassLoader loader = ServiceEntries.of(Strong.class, SecondStrong.class);

        assertThatThrownBy(() -> Sandboxes.diagnose(loader))
                .isInstanceOf(SandboxUnavailableException.class)
                .hasMessageContaining("'strong'");
    }

    @Test
    void diagnose_noClassLoaderGiven_looksInTheContextClassLoader() {
        ClassLoader before = Thread.currentThread().getContextClassLoader();
        Thread.currentThread().setContextClassLoader(ServiceEntries.of(Strong.class));
        try {
            assertThat(Sandboxes.diagnose()).extracting(Diagnosis::backend).containsExactly("strong");
        } finally {
            Thread.currentThread().setContextClassLoader(before);
        }
    }

    private static Diagnosis only(ClassLoader loader) {
        List<Diagnosis> diagnoses = Sandboxes.diagnose(loader);
        assertThat(diagnoses).hasSize(1);
        return diagnoses.get(0);
    }

    /** What {@code bin/doctor} prints about a backend that does not work. */
    private static String story(Diagnosis diagnosis) {
        Availability.Unavailable unavailable = (Availability.Unavailable) diagnosis.availability();
        return diagnosis.backend() + ": " + unavailable.reason() + " " + unavailable.remedy();
    }
}
