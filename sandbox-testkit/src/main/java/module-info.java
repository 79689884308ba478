/**
 * The conformance kit for backends: one check or more for each rule of the contract.
 *
 * <p>Start with {@link org.sandbox4j.testkit.SandboxContract}, which a backend extends with one small class.
 */
module org.sandbox4j.testkit {
    requires static org.jspecify;
    requires transitive org.sandbox4j.api;
    requires transitive org.assertj.core;
    requires transitive org.junit.jupiter.api;

    exports org.sandbox4j.testkit;

    // The checks stand in package-private interfaces, which JUnit calls by reflection.
    opens org.sandbox4j.testkit to
            org.junit.platform.commons;
}
