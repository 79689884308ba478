package org.sandbox4j.remote;

/** Reaches a command that runs on a server. Each call tells whether there was a command that takes it. Thread-safe. */
interface CommandControl extends CommandInput.Sender {
    boolean signal(String name);

    boolean resize(int columns, int rows);
}
