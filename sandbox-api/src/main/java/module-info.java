/**
 * The interface for running commands in a sandbox, its values, and the interface that backends implement.
 *
 * <p>Start with {@link org.sandbox4j.Sandbox}. Backends are other modules, found with {@link java.util.ServiceLoader}.
 */
module org.sandbox4j.api {
    requires static org.jspecify;

    exports org.sandbox4j;
    exports org.sandbox4j.spi;
    exports org.sandbox4j.spi.files;

    uses org.sandbox4j.spi.SandboxProvider;
}
