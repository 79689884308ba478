package org.sandbox4j.local.seccomp;

import java.util.Optional;

/** A machine whose system calls can be filtered, with its number in {@code linux/audit.h}. */
public enum Architecture {
    /** 64-bit x86; its x32 calls have bit 30 set and are refused. */
    X86_64(0xC000003E),
    /** 64-bit ARM. */
    AARCH64(0xC00000B7),
    /** 32-bit x86, whose programs x86-64 runs. */
    I386(0x40000003),
    /** 32-bit ARM with the EABI, whose programs some aarch64 machines run. */
    ARM(0x40000028);

    private final int auditNumber;

    Architecture(int auditNumber) {
        this.auditNumber = auditNumber;
    }

    int auditNumber() {
        return auditNumber;
    }

    /** The one whose programs run on this one, too. */
    Optional<Architecture> companion() {
        return switch (this) {
            case X86_64 -> Optional.of(I386);
            case AARCH64 -> Optional.of(ARM);
            case I386, ARM -> Optional.empty();
        };
    }

    /** Returns the one of a Java {@code os.arch}. */
    public static Optional<Architecture> of(String name) {
        return switch (name) {
            case "amd64", "x86_64" -> Optional.of(X86_64);
            case "aarch64" -> Optional.of(AARCH64);
            default -> Optional.empty();
        };
    }
}
