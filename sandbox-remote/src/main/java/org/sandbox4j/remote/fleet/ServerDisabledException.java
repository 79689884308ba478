package org.sandbox4j.remote.fleet;

import org.sandbox4j.SandboxException;

/** The server is switched off in its fleet, so it was not called. */
public class ServerDisabledException extends SandboxException {
    private static final long serialVersionUID = 1L;

    ServerDisabledException(String name) {
        super("server-disabled", message(name), null);
    }

    static String message(String name) {
        return "The server '" + name + "' is disabled; enable it, or take another.";
    }
}
