/**
 * What clients and servers of the sandbox-server protocol share: its values with their JSON, and archives of trees.
 *
 * <p>{@link org.sandbox4j.protocol.WireCodec} and {@link org.sandbox4j.protocol.archive.ArchiveExtractor} are where to
 * start.
 */
module org.sandbox4j.protocol {
    requires transitive org.sandbox4j.api;
    requires static org.jspecify;
    requires com.fasterxml.jackson.core;
    requires org.apache.commons.compress;

    exports org.sandbox4j.protocol;
    exports org.sandbox4j.protocol.archive;
    exports org.sandbox4j.protocol.tree;
}
