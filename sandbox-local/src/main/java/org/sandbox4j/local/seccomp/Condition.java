package org.sandbox4j.local.seccomp;

import java.util.List;

/** When a rule applies. Arguments are compared on their lower 32 bits, which is all that the kernel looks at in them. */
sealed interface Condition {
    /** The call is refused whatever its arguments. */
    record Always() implements Condition {}

    /** An argument has one of some bits. */
    record AnyBit(int argument, int bits) implements Condition {}

    /** One argument has one of some bits, and so has another. */
    record AnyBitOfBoth(int first, int firstBits, int second, int secondBits) implements Condition {}

    /** An argument is one of some values. */
    record OneOf(int argument, List<Integer> values) implements Condition {}

    /** An argument is none of some values. */
    record NoneOf(int argument, List<Integer> values) implements Condition {}
}
