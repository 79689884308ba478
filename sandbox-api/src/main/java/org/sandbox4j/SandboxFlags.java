package org.sandbox4j;

import java.util.Collections;
import java.util.EnumSet;
import java.util.Set;

/**
 * What one run of a command asks of its sandbox beyond the defaults. Without any flag the root is writable, there is no
 * network but a private loopback, standard input is empty, and the command runs as the build user.
 *
 * <p>The values are those of BuildStream's sandbox flags, so that bit sets can be exchanged with it.
 */
public enum SandboxFlags {
    /** The root cannot be changed by the command, except in marked directories and {@code /tmp} (rule 31). */
    ROOT_READ_ONLY(1),

    /** The command sees the host's network instead of a private loopback (rule 40). */
    NETWORK_ENABLED(2),

    /**
     * The command reads the sandbox's standard input, and gets a terminal of its own when that is a terminal (rule 41).
     * Without this flag its standard input is empty, unless the {@link SandboxCommand} names another.
     */
    INTERACTIVE(4),

    /** The command runs with the caller's user and group ids instead of the build user's (rule 43). */
    INHERIT_UID(8),

    /** {@code /dev/shm} exists, empty and writable for everybody (rule 44). */
    CREATE_DEV_SHM(16);

    private final int value;

    SandboxFlags(int value) {
        this.value = value;
    }

    /**
     * Returns the bit that stands for this flag.
     *
     * @return a power of two
     */
    public int value() {
        return value;
    }

    /**
     * Returns the flags whose bits are set.
     *
     * @param bits values of flags, added up; 0 for none
     * @return an unmodifiable set
     * @throws IllegalArgumentException if a bit is set that stands for no flag
     */
    public static Set<SandboxFlags> of(int bits) {
        EnumSet<SandboxFlags> flags = EnumSet.noneOf(SandboxFlags.class);
        int unknown = bits;
        for (SandboxFlags flag : values()) {
            if ((bits & flag.value) != 0) {
                flags.add(flag);
                unknown &= ~flag.value;
            }
        }
        if (unknown != 0) {
            throw new IllegalArgumentException("Unknown sandbox flag bits 0x" + Integer.toHexString(unknown) + " in 0x"
                    + Integer.toHexString(bits) + ". Known bits: 0x"
                    + Integer.toHexString(bits(EnumSet.allOf(SandboxFlags.class)))
                    + ".");
        }
        return Collections.unmodifiableSet(flags);
    }

    /**
     * Returns the bits that stand for the flags.
     *
     * @param flags any flags
     * @return their values, added up
     */
    public static int bits(Set<SandboxFlags> flags) {
        int bits = 0;
        for (SandboxFlags flag : flags) {
            bits |= flag.value;
        }
        return bits;
    }
}
