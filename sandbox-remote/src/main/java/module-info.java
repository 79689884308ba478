/**
 * Talks to sandbox servers over HTTP.
 *
 * <p>Start with {@link org.sandbox4j.remote.SandboxClient}.
 */
module org.sandbox4j.remote {
    requires transitive org.sandbox4j.protocol;
    requires static org.jspecify;
    requires java.net.http;
    requires org.slf4j;

    exports org.sandbox4j.remote;
    exports org.sandbox4j.remote.fleet;

    provides org.sandbox4j.spi.SandboxProvider with
            org.sandbox4j.remote.RemoteSandboxProvider;
}
