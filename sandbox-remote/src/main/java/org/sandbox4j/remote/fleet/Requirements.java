package org.sandbox4j.remote.fleet;

import java.util.HashSet;
import java.util.Set;

/**
 * What a server must offer to be picked. Immutable.
 *
 * <p>A server whose specifications are not known meets no requirement but {@link #NONE}.
 *
 * @param ramBytes main memory that a container must be able to use, in bytes; that of the machine where containers have no limit
 * @param libraries names of libraries, of any kind and version
 * @param programs names of programs
 * @param extensions names of what the server must be able to do beyond the protocol, such as {@code root}
 */
public record Requirements(long ramBytes, Set<String> libraries, Set<String> programs, Set<String> extensions) {
    /** Any server will do. */
    public static final Requirements NONE = new Requirements(0, Set.of(), Set.of(), Set.of());

    /**
     * Makes requirements.
     *
     * @throws IllegalArgumentException if the memory is negative
     */
    public Requirements {
        if (ramBytes < 0) {
            throw new IllegalArgumentException("The memory must not be negative: " + ramBytes);
        }
        libraries = Set.copyOf(libraries);
        programs = Set.copyOf(programs);
        extensions = Set.copyOf(extensions);
    }

    /**
     * Returns the same requirements with another memory.
     *
     * @param bytes main memory that a container must be able to use, in bytes
     * @return the new requirements
     */
    public Requirements ram(long bytes) {
        return new Requirements(bytes, libraries, programs, extensions);
    }

    /**
     * Returns the same requirements and a library.
     *
     * @param name the library
     * @return the new requirements
     */
    public Requirements library(String name) {
        return new Requirements(ramBytes, with(libraries, name), programs, extensions);
    }

    /**
     * Returns the same requirements and a program.
     *
     * @param name the program
     * @return the new requirements
     */
    public Requirements program(String name) {
        return new Requirements(ramBytes, libraries, with(programs, name), extensions);
    }

    /**
     * Returns the same requirements and an extension.
     *
     * @param name the extension
     * @return the new requirements
     */
    public Requirements extension(String name) {
        return new Requirements(ramBytes, libraries, programs, with(extensions, name));
    }

    private static Set<String> with(Set<String> names, String name) {
        Set<String> more = new HashSet<>(names);
        more.add(name);
        return more;
    }
}
