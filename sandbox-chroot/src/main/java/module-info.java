/** The chroot backend, for where there is no bubblewrap. Users need nothing of it but its options. */
module org.sandbox4j.chroot {
    requires transitive org.sandbox4j.api;
    requires org.sandbox4j.local;
    requires static org.jspecify;

    exports org.sandbox4j.chroot;

    provides org.sandbox4j.spi.SandboxProvider with
            org.sandbox4j.chroot.ChrootSandboxProvider;
}
