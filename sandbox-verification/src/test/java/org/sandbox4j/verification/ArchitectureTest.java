package org.sandbox4j.verification;

import static com.tngtech.archunit.base.DescribedPredicate.describe;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.GeneralCodingRules.NO_CLASSES_SHOULD_THROW_GENERIC_EXCEPTIONS;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaAccess;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaMember;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;
import com.tngtech.archunit.library.dependencies.SliceAssignment;
import com.tngtech.archunit.library.dependencies.SliceIdentifier;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Rules between the modules that no compiler checks. They read the classes of all published modules. */
class ArchitectureTest {
    private static final String[] API = {"org.sandbox4j", "org.sandbox4j.spi"};
    private static final String[] BACKENDS = {
        "org.sandbox4j.bwrap..", "org.sandbox4j.chroot..", "org.sandbox4j.remote.."
    };

    /**
     * The only places that may touch System.in, out and err: where {@code Stdio.inherit()} is carried out, and the kit, which
     * checks that and has small programs for JVMs of their own.
     */
    private static final String[] STANDARD_STREAMS = {"org.sandbox4j.local.run..", "org.sandbox4j.testkit.."};

    /** A program, whose user reads what it says. */
    private static final String SERVER_PROGRAM = "org.sandbox4j.server.Main";

    /** Where the remote backend carries out {@code Stdio.inherit()}. */
    private static final String REMOTE_STREAMS = "org.sandbox4j.remote.CallersStreams";

    private static final JavaClasses CLASSES = new ClassFileImporter()
            .withImportOption(new ImportOption.DoNotIncludeTests())
            .importPackages("org.sandbox4j");

    @Test
    void api_dependsOnNothingButTheJdkAndJspecify() {
        classes()
                .that()
                .resideInAnyPackage(API)
                .should()
                .onlyDependOnClassesThat(
                        inAnyPackage("java..", "org.jspecify.annotations").or(inAnyPackage(API)))
                .check(CLASSES);
    }

    @ParameterizedTest
    @ValueSource(strings = {"org.sandbox4j.bwrap..", "org.sandbox4j.chroot..", "org.sandbox4j.remote.."})
    void backend_knowsNoOtherBackend(String backend) {
        String[] others =
                Stream.of(BACKENDS).filter(other -> !other.equals(backend)).toArray(String[]::new);
        noClasses()
                .that()
                .resideInAPackage(backend)
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(others)
                .allowEmptyShould(true)
                .check(CLASSES);
    }

    @Test
    void sharedCode_knowsNoBackend() {
        noClasses()
                .that()
                .resideOutsideOfPackages(BACKENDS)
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(BACKENDS)
                .check(CLASSES);
    }

    @Test
    void jna_isUsedInLocalOnly() {
        noClasses()
                .that()
                .resideOutsideOfPackage("org.sandbox4j.local..")
                .should()
                .dependOnClassesThat()
                .resideInAPackage("com.sun.jna..")
                .check(CLASSES);
    }

    /** What javac's lint "exports" would tell if it did not count JSpecify's annotations in. */
    @Test
    void publicSignatures_showNothingInternal() {
        classes()
                .that()
                .arePublic()
                .and()
                .resideOutsideOfPackage("org.sandbox4j.local..")
                .should(haveNoVisibleMemberWith(inAnyPackage(
                        "com.sun.jna..",
                        "com.fasterxml..",
                        "java.net.http..",
                        "org.apache.commons..",
                        "org.sandbox4j.local..")))
                .check(CLASSES);
    }

    @Test
    void standardStreams_areTouchedInOnePlaceOnly() {
        noClasses()
                .that()
                .resideOutsideOfPackages(STANDARD_STREAMS)
                .and()
                .doNotHaveFullyQualifiedName(SERVER_PROGRAM)
                .and()
                .doNotHaveFullyQualifiedName(REMOTE_STREAMS)
                .should()
                .accessFieldWhere(describe("a standard stream", ArchitectureTest::isStandardStream))
                .orShould()
                .callMethodWhere(describe("printStackTrace()", ArchitectureTest::printsStackTrace))
                .check(CLASSES);
    }

    @Test
    void packages_haveNoCycles() {
        slices().assignedFrom(new OnePerPackage()).should().beFreeOfCycles().check(CLASSES);
    }

    @Test
    void genericExceptions_areNotThrown() {
        NO_CLASSES_SHOULD_THROW_GENERIC_EXCEPTIONS.check(CLASSES);
    }

    private static DescribedPredicate<JavaClass> inAnyPackage(String... packages) {
        return JavaClass.Predicates.resideInAnyPackage(packages);
    }

    private static ArchCondition<JavaClass> haveNoVisibleMemberWith(DescribedPredicate<JavaClass> types) {
        return new ArchCondition<>("have no public or protected member with a class that " + types.getDescription()) {
            @Override
            public void check(JavaClass type, ConditionEvents events) {
                for (JavaMember member : type.getMembers()) {
                    boolean visible = member.getModifiers().contains(JavaModifier.PUBLIC)
                            || member.getModifiers().contains(JavaModifier.PROTECTED);
                    if (visible && member.getAllInvolvedRawTypes().stream().anyMatch(types)) {
                        events.add(SimpleConditionEvent.violated(member, member.getDescription() + " shows one"));
                    }
                }
            }
        };
    }

    private static boolean isStandardStream(JavaAccess<?> access) {
        return access.getTargetOwner().isEquivalentTo(System.class)
                && Set.of("in", "out", "err").contains(access.getTarget().getName());
    }

    private static boolean printsStackTrace(JavaAccess<?> access) {
        return access.getTargetOwner().isAssignableTo(Throwable.class)
                && access.getTarget().getName().equals("printStackTrace");
    }

    /** The API and its SPI refer to each other by nature, a sandbox is opened by a provider: they count as one. */
    private static final class OnePerPackage implements SliceAssignment {
        @Override
        public SliceIdentifier getIdentifierOf(JavaClass type) {
            return SliceIdentifier.of(inAnyPackage(API).test(type) ? API[0] : type.getPackageName());
        }

        @Override
        public String getDescription() {
            return "packages";
        }
    }
}
