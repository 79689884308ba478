package org.sandbox4j;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.sandbox4j.FakeProviders.AsStrong;
import org.sandbox4j.FakeProviders.Braggart;
import org.sandbox4j.FakeProviders.EmptyId;
import org.sandbox4j.FakeProviders.Forbidden;
import org.sandbox4j.FakeProviders.Knowing;
import org.sandbox4j.FakeProviders.Last;
import org.sandbox4j.FakeProviders.Libraryless;
import org.sandbox4j.FakeProviders.NullProbe;
import org.sandbox4j.FakeProviders.Picky;
import org.sandbox4j.FakeProviders.PreferredWeak;
import org.sandbox4j.FakeProviders.Programless;
import org.sandbox4j.FakeProviders.Remote;
import org.sandbox4j.FakeProviders.SecondStrong;
import org.sandbox4j.FakeProviders.Strong;
import org.sandbox4j.FakeProviders.StubbornBraggart;
import org.sandbox4j.FakeProviders.ThrowingConstructor;
import org.sandbox4j.FakeProviders.ThrowingInitialiser;
import org.sandbox4j.FakeProviders.ThrowingProbe;
import org.sandbox4j.FakeProviders.Undecided;
import org.sandbox4j.FakeProviders.Weak;

/** Which backend {@link SandboxBuilder#open()} takes, and what it says when it takes none. */
class BackendChoiceTest {
    @TempDir
    Path directory;

    private final OpenRecorder recorder = new OpenRecorder();
    private String propertyBefore;
    private ClassLoader contextBefore;

    @BeforeEach
    void clearSurroundings() {
        propertyBefore = System.clearProperty(SandboxBuilder.BACKEND_PROPERTY);
        contextBefore = Thread.currentThread().getContextClassLoader();
    }

    @AfterEach
    void restoreSurroundings() {
        Thread.currentThread().setContextClassLoader(contextBefore);
        if (propertyBefore == null) {
            System.clearProperty(SandboxBuilder.BACKEND_PROPERTY);
        } else {
            System.setProperty(SandboxBuilder.BACKEND_PROPERTY, propertyBefore);
        }
    }

    @Nested
    class Best {
        @Test
        void open_severalAvailable_takesTheHighestPriority() {
            open(builder(Weak.class, Strong.class, Last.class));

            assertThat(recorder.backends()).containsExactly("strong");
        }

        @Test
        void open_equalPriorities_takesTheFirstIdWhateverTheOrderOfJars() {
            open(builder(Strong.class, AsStrong.class));
            open(builder(AsStrong.class, Strong.class));

            assertThat(recorder.backends()).containsExactly("as-strong", "as-strong");
        }

        @Test
        void open_result_isTheSandboxOfTheProvider() {
            Sandbox sandbox = builder(Strong.class).open();

            assertThat(sandbox).isSameAs(recorder.sandbox());
            assertThat(sandbox.getDirectory()).isEqualTo(directory.resolve("root"));
            assertThat(recorder.sandbox().closed).isFalse();
        }

        @Test
        void open_bestUnavailable_takesTheNext() {
            open(builder(Programless.class, Forbidden.class, Strong.class));

            assertThat(recorder.backends()).containsExactly("strong");
        }

        @Test
        void open_bestGuaranteesTooLittle_takesTheNext() {
            open(builder(PreferredWeak.class, Strong.class).require(Isolation.NETWORK));

            assertThat(recorder.backends()).containsExactly("strong");
        }

        @Test
        void open_bestGuaranteesEnough_isTaken() {
            open(builder(PreferredWeak.class, Strong.class).require(Isolation.FILESYSTEM));

            assertThat(recorder.backends()).containsExactly("preferred-weak");
        }

        @Test
        void open_priorityZero_isTaken() {
            open(builder(Last.class));

            assertThat(recorder.backends()).containsExactly("last");
        }

        @Test
        void open_negativePriorityOnly_isRefusedWithTheWayToNameIt() {
            assertThatThrownBy(() -> builder(Remote.class).open())
                    .isInstanceOf(SandboxUnavailableException.class)
                    .hasMessageContaining("remote: is not on this host and is taken only by name.")
                    .hasMessageContaining("backend(\"remote\")");
            assertThat(recorder.backends()).isEmpty();
        }

        @Test
        void open_negativePriorityBesideUnavailable_isStillNotTaken() {
            assertThatThrownBy(() -> builder(Remote.class, Forbidden.class).open())
                    .isInstanceOf(SandboxUnavailableException.class);
            assertThat(recorder.backends()).isEmpty();
        }

        @Test
        void open_probeDependsOnConfig_isAskedWithIt() {
            open(builder(Picky.class, Strong.class).hostname("right"));
            open(builder(Picky.class, Strong.class).hostname("wrong"));

            assertThat(recorder.backends()).containsExactly("picky", "strong");
        }

        @Test
        void open_brokenOnesBesideASoundOne_takesTheSoundOne() {
            ClassLoader loader = ServiceEntries.ofFiles(
                    "org.example.Missing",
                    ServiceEntries.UNLINKABLE,
                    "this is no class name",
                    ThrowingConstructor.class.getName(),
                    ThrowingInitialiser.class.getName(),
                    EmptyId.class.getName(),
                    ThrowingProbe.class.getName(),
                    Libraryless.class.getName(),
                    NullProbe.class.getName(),
                    Strong.class.getName());

            open(builder(loader));

            assertThat(recorder.backends()).containsExactly("strong");
        }

        @Test
        void open_guaranteesLessThanProbed_isClosedAndRefused() {
            assertThatThrownBy(() -> builder(Braggart.class, Strong.class)
                            .require(Isolation.NETWORK, Isolation.FILESYSTEM)
                            .open())
                    .isInstanceOf(SandboxUnavailableException.class)
                    .hasMessageContaining("'braggart'")
                    .hasMessageContaining("[NETWORK]")
                    .hasMessageContaining("for this directory");
            assertThat(recorder.sandbox().closed).isTrue();
        }

        @Test
        void open_guaranteesLessThanProbedButEnough_isTaken() {
            open(builder(Braggart.class).require(Isolation.FILESYSTEM));

            assertThat(recorder.backends()).containsExactly("braggart");
        }

        @Test
        void open_refusedSandboxCannotBeClosed_addsThatAsSuppressed() {
            SandboxUnavailableException refusal =
                    refusal(builder(StubbornBraggart.class).require(Isolation.IPC));

            assertThat(refusal).hasMessageContaining("[IPC]");
            assertThat(refusal.getSuppressed()).hasSize(1);
            assertThat(refusal.getSuppressed()[0]).hasMessage("The scratch directory is busy.");
        }

        @Test
        void open_twoBackendsWithOneId_isRefusedWithBothClasses() {
            assertThatThrownBy(() -> builder(Strong.class, SecondStrong.class).open())
                    .isInstanceOf(SandboxUnavailableException.class)
                    .hasMessageContaining("'strong'")
                    .hasMessageContaining(Strong.class.getName())
                    .hasMessageContaining(SecondStrong.class.getName());
            assertThat(recorder.backends()).isEmpty();
        }

        @Test
        void open_oneClassRegisteredTwice_isOneBackend() {
            open(builder(Strong.class, Strong.class));

            assertThat(recorder.backends()).containsExactly("strong");
        }
    }

    @Nested
    class Nothing {
        @Test
        void open_noBackend_saysHowToAddOne() {
            SandboxUnavailableException refusal = refusal(builder());

            assertThat(refusal)
                    .hasMessageContaining("no backend was found")
                    .hasMessageContaining("class path or module path");
            assertThat(refusal.reason()).isEqualTo("unavailable");
        }

        @Test
        void open_bestLacksItsProgram_throwsProgramNotFoundError() {
            ProgramNotFoundError error = catchThrowableOfType(
                    ProgramNotFoundError.class,
                    () -> builder(Forbidden.class, Programless.class).open());

            assertThat(error.program()).isEqualTo("tool");
            assertThat(error.reason()).isEqualTo("missing-program");
            assertThat(error)
                    .hasMessageContaining("programless: Program 'tool' is missing. Install the package tool.")
                    .hasMessageContaining("forbidden:")
                    .hasCauseInstanceOf(ProgramNotFoundError.class);
        }

        @Test
        void open_onlyALesserOneLacksItsProgram_throwsTheBestOnesReasonInstead() {
            SandboxUnavailableException refusal = refusal(builder(Picky.class, Programless.class));

            assertThat(refusal)
                    .isNotInstanceOf(ProgramNotFoundError.class)
                    .hasMessageContaining("picky:")
                    .hasMessageContaining("programless:");
        }

        @Test
        void open_nothingFits_listsEveryBackendInOrderWithReasonAndRemedy() {
            ClassLoader loader = ServiceEntries.ofFiles(
                    ThrowingConstructor.class.getName(),
                    "org.example.Missing",
                    Remote.class.getName(),
                    Weak.class.getName(),
                    Forbidden.class.getName(),
                    ThrowingProbe.class.getName(),
                    NullProbe.class.getName());

            SandboxUnavailableException refusal = refusal(builder(loader).require(Isolation.NETWORK, Isolation.IPC));

            assertThat(refusal.getMessage().lines().toList())
                    .satisfiesExactly(
                            line -> assertThat(line).isEqualTo("Cannot open a sandbox: no backend can be used here."),
                            line -> assertThat(line)
                                    .startsWith("  null-probe: its probe failed: ")
                                    .contains("Report this"),
                            line -> assertThat(line)
                                    .isEqualTo(
                                            "  throwing-probe: its probe failed:"
                                                    + " java.lang.IllegalStateException: probe broke, caused by"
                                                    + " java.lang.IllegalArgumentException: deep cause."
                                                    + " Report this to the maintainers of the backend; a probe must not throw."),
                            line -> assertThat(line)
                                    .isEqualTo("  forbidden: User namespaces are switched off. Switch them on."),
                            line -> assertThat(line)
                                    .isEqualTo("  weak: does not guarantee [NETWORK, IPC] here. Require less."),
                            line -> assertThat(line)
                                    .isEqualTo("  remote: is not on this host and is taken only by name."
                                            + " Name it with backend(\"remote\")."),
                            line -> assertThat(line)
                                    .startsWith("  " + ThrowingConstructor.class.getName() + ": it could not be loaded")
                                    .contains("constructor broke")
                                    .endsWith(" Repair or remove the jar that registers it."),
                            line -> assertThat(line)
                                    .contains("it could not be loaded")
                                    .contains("org.example.Missing")
                                    .endsWith(" Repair or remove the jar that registers it."));
        }

        @Test
        void open_guaranteesTooLittleForAKnownReason_saysItAndTheRemedy() {
            assertThat(refusal(builder(Knowing.class).require(Isolation.LIMITS, Isolation.IPC)))
                    .hasMessageEndingWith("  knowing: does not guarantee [IPC, LIMITS] here."
                            + " LIMITS: No control group can be made. Start it in one. Require less.");
            assertThat(refusal(builder(Knowing.class).require(Isolation.IPC)))
                    .hasMessageEndingWith("  knowing: does not guarantee [IPC] here. Require less.");
        }

        @Test
        void open_brokenOnesOnly_keepsTheirFailures() {
            SandboxUnavailableException refusal = refusal(builder(ThrowingConstructor.class, EmptyId.class));

            assertThat(refusal.getSuppressed()).hasSize(2);
            assertThat(refusal.getSuppressed()[0]).hasRootCauseMessage("constructor broke");
        }

        @Test
        void open_bestThrowsSomethingRaw_wrapsIt() {
            assertThat(refusal(builder(ThrowingProbe.class)))
                    .hasCauseInstanceOf(IllegalStateException.class)
                    .hasMessageContaining("throwing-probe: its probe failed");
        }

        @Test
        void open_bestMissesANativeLibrary_wrapsTheError() {
            assertThat(refusal(builder(Libraryless.class)))
                    .hasMessageContaining("libraryless: its probe failed: java.lang.UnsatisfiedLinkError")
                    .hasRootCauseInstanceOf(UnsatisfiedLinkError.class);
        }

        @Test
        void open_bestOpensInSpiteOfItsProbe_isClosedAgain() {
            assertThat(refusal(builder(Undecided.class))).hasMessageContaining("undecided: Out of memory. Try again.");

            assertThat(recorder.sandbox().closed).isTrue();
        }
    }

    @Nested
    class Named {
        @Test
        void open_named_isTakenInSpiteOfPriorities() {
            open(builder(Strong.class, Weak.class).backend("weak"));

            assertThat(recorder.backends()).containsExactly("weak");
        }

        @Test
        void open_namedWithNegativePriority_isTaken() {
            open(builder(Strong.class, Remote.class).backend("remote"));

            assertThat(recorder.backends()).containsExactly("remote");
        }

        @Test
        void open_namedGuaranteesTooLittle_isRefusedBeforeItIsOpened() {
            SandboxUnavailableException refusal = refusal(builder(Strong.class, Weak.class)
                    .backend("weak")
                    .require(Isolation.FILESYSTEM, Isolation.SYSCALLS));

            assertThat(refusal).hasMessageContaining("'weak'").hasMessageContaining("[SYSCALLS]");
            assertThat(recorder.backends()).isEmpty();
        }

        @Test
        void open_namedGuaranteesTooLittleForAKnownReason_saysItAndTheRemedy() {
            assertThat(refusal(builder(Knowing.class).backend("knowing").require(Isolation.LIMITS)))
                    .hasMessage(
                            "Cannot open sandbox 'knowing': it does not guarantee [LIMITS] here, which was required."
                                    + " LIMITS: No control group can be made. Start it in one. Require less, or name another"
                                    + " backend.");
        }

        @Test
        void open_namedGuaranteesLessThanProbed_isClosedAndRefused() {
            assertThat(refusal(builder(Braggart.class).backend("braggart").require(Isolation.LIMITS)))
                    .hasMessageContaining("[LIMITS]");
            assertThat(recorder.sandbox().closed).isTrue();
        }

        @Test
        void open_namedLacksItsProgram_throwsThatAndTakesNoOther() {
            assertThatThrownBy(() -> builder(Programless.class, Strong.class)
                            .backend("programless")
                            .open())
                    .isInstanceOf(ProgramNotFoundError.class)
                    .hasMessageContaining("'programless'");
            assertThat(recorder.backends()).isEmpty();
        }

        @Test
        void open_namedIsForbidden_keepsItsReason() {
            assertThat(refusal(builder(Forbidden.class, Strong.class).backend("forbidden"))
                            .reason())
                    .isEqualTo("namespaces-off");
        }

        @Test
        void open_namedMissesANativeLibrary_throwsNoError() {
            assertThat(refusal(builder(Libraryless.class).backend("libraryless")))
                    .hasMessageContaining("'libraryless'")
                    .hasMessageContaining("no native in path. Repair")
                    .hasCauseInstanceOf(UnsatisfiedLinkError.class);
        }

        @Test
        void open_unknownName_listsWhatThereIs() {
            SandboxUnavailableException refusal = refusal(builder(Strong.class, Remote.class, ThrowingConstructor.class)
                    .backend("bwrap"));

            assertThat(refusal)
                    .hasMessageContaining("'bwrap': there is no such backend")
                    .hasMessageContaining("Found: [strong, remote]")
                    .hasMessageContaining("could not be loaded: [" + ThrowingConstructor.class.getName())
                    .hasMessageContaining("constructor broke")
                    .hasMessageContaining("sandbox-bwrap");
            assertThat(refusal.getSuppressed()).hasSize(1);
        }

        @Test
        void open_nameOfNoBackendOfOurs_listsOurs() {
            assertThat(refusal(builder(Strong.class).backend("docker")))
                    .hasMessageContaining("'docker': there is no such backend. Found: [strong]")
                    .hasMessageContaining("[bwrap, chroot, remote]")
                    .hasMessageNotContaining("sandbox-docker");
        }

        @ParameterizedTest
        @ValueSource(strings = {"Strong", "STRONG", " strong", "strong "})
        void open_nameInAnotherForm_isUnknown(String name) {
            assertThat(refusal(builder(Strong.class).backend(name))).hasMessageContaining("no such backend");
        }
    }

    @Nested
    class Property {
        @Test
        void open_propertySet_replacesTheDefaultChoice() {
            System.setProperty("sandbox4j.backend", "weak");

            open(builder(Strong.class, Weak.class));

            assertThat(recorder.backends()).containsExactly("weak");
        }

        @Test
        void open_propertyAndName_takesTheName() {
            System.setProperty("sandbox4j.backend", "weak");

            open(builder(Strong.class, Weak.class).backend("strong"));

            assertThat(recorder.backends()).containsExactly("strong");
        }

        @Test
        void open_propertyEmpty_isAsIfUnset() {
            System.setProperty("sandbox4j.backend", "");

            open(builder(Strong.class, Weak.class));

            assertThat(recorder.backends()).containsExactly("strong");
        }

        @Test
        void open_propertyNamesAnUnknownBackend_isRefused() {
            System.setProperty("sandbox4j.backend", "other");

            assertThat(refusal(builder(Strong.class))).hasMessageContaining("'other'");
        }

        @Test
        void open_propertyNamesAWeakerBackend_doesNotWeakenWhatIsRequired() {
            System.setProperty("sandbox4j.backend", "weak");

            assertThat(refusal(builder(Strong.class, Weak.class).require(Isolation.NETWORK)))
                    .hasMessageContaining("'weak'")
                    .hasMessageContaining("[NETWORK]");
        }
    }

    @Nested
    class ContextClassLoader {
        @Test
        void open_noClassLoaderGiven_looksInTheContextClassLoader() {
            Thread.currentThread().setContextClassLoader(ServiceEntries.of(Strong.class));

            open(Sandbox.builder(directory).with(recorder));

            assertThat(recorder.backends()).containsExactly("strong");
        }

        @Test
        void open_classLoaderGiven_isUsedAlone() {
            Thread.currentThread().setContextClassLoader(ServiceEntries.of(Strong.class));

            open(builder(Weak.class));

            assertThat(recorder.backends()).containsExactly("weak");
        }

        @Test
        void open_contextSeesNone_fallsBackToTheLibrarysOwn() {
            Thread.currentThread().setContextClassLoader(ServiceEntries.of());

            assertThat(refusal(Sandbox.builder(directory))).hasMessageContaining("no backend was found");
        }

        @Test
        void open_noContextClassLoader_usesTheLibrarysOwn() {
            Thread.currentThread().setContextClassLoader(null);

            assertThat(refusal(Sandbox.builder(directory))).hasMessageContaining("no backend was found");
        }
    }

    private SandboxBuilder builder(Class<?>... providers) {
        return builder(ServiceEntries.of(providers));
    }

    private SandboxBuilder builder(ClassLoader loader) {
        return Sandbox.builder(directory).classLoader(loader).with(recorder);
    }

    private static void open(SandboxBuilder builder) {
        builder.open().close();
    }

    private static SandboxUnavailableException refusal(SandboxBuilder builder) {
        return catchThrowableOfType(SandboxUnavailableException.class, builder::open);
    }
}
