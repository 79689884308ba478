/** The bubblewrap backend. Users need nothing of it but its options. */
module org.sandbox4j.bwrap {
    requires transitive org.sandbox4j.api;
    requires org.sandbox4j.local;
    requires org.slf4j;
    requires static org.jspecify;

    exports org.sandbox4j.bwrap;

    provides org.sandbox4j.spi.SandboxProvider with
            org.sandbox4j.bwrap.BwrapSandboxProvider;
}
