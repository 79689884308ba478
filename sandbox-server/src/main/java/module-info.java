/**
 * A sandbox server: speaks the sandbox-server protocol and runs each request in a fresh sandbox of its host.
 *
 * <p>{@link org.sandbox4j.server.SandboxHttpServer} is where to start.
 */
module org.sandbox4j.server {
    requires transitive org.sandbox4j.api;
    requires static org.jspecify;
    requires org.sandbox4j.protocol;
    requires com.fasterxml.jackson.core;
    requires io.javalin;
    requires org.apache.commons.compress;
    requires org.slf4j;
    requires jdk.unsupported;
    requires jakarta.servlet;
    requires org.eclipse.jetty.server;
    requires kotlin.stdlib;
    requires org.eclipse.jetty.util;
    requires org.eclipse.jetty.http;
    requires org.eclipse.jetty.io;
    requires org.eclipse.jetty.ee10.servlet;

    exports org.sandbox4j.server;
}
