/**
 * What the backends of this host share: launching, supervising, staged roots, streams. Exported to them alone.
 */
module org.sandbox4j.local {
    requires transitive org.sandbox4j.api;
    requires static org.jspecify;
    requires com.sun.jna;
    requires org.apache.commons.exec;
    requires org.slf4j;

    exports org.sandbox4j.local to
            org.sandbox4j.bwrap,
            org.sandbox4j.chroot;
    exports org.sandbox4j.local.host to
            org.sandbox4j.bwrap,
            org.sandbox4j.chroot;
    exports org.sandbox4j.local.launch to
            org.sandbox4j.bwrap,
            org.sandbox4j.chroot;
    exports org.sandbox4j.local.limits to
            org.sandbox4j.bwrap,
            org.sandbox4j.chroot;
    exports org.sandbox4j.local.seccomp to
            org.sandbox4j.bwrap,
            org.sandbox4j.chroot;
    exports org.sandbox4j.local.plan to
            org.sandbox4j.bwrap,
            org.sandbox4j.chroot;

    opens org.sandbox4j.local.launch to
            com.sun.jna;
}
