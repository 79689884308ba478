package org.sandbox4j.spi;

import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.lang.runtime.ObjectMethods;

/**
 * Makes the JDK forget our records. Up to JDK 17 it remembers the types of the record whose {@code equals} or {@code hashCode} was
 * the last to be linked, and with them the class loader (JDK-8078641). Then it is to remember others, which are its own.
 */
public final class RecordHandles {
    private static final int FIRST_TO_FORGET = 18;

    private RecordHandles() {}

    /** Makes the JDK forget them; for when a backend has nothing more to do for a while. */
    public static void forget() {
        if (Runtime.version().feature() >= FIRST_TO_FORGET) {
            return;
        }
        try {
            MethodHandles.Lookup lookup = MethodHandles.lookup();
            MethodHandle getter = MethodHandles.publicLookup()
                    .findVirtual(Integer.class, "toString", MethodType.methodType(String.class));
            ObjectMethods.bootstrap(
                    lookup,
                    "equals",
                    MethodType.methodType(boolean.class, Integer.class, Object.class),
                    Integer.class,
                    "text",
                    getter);
            ObjectMethods.bootstrap(
                    lookup, "hashCode", MethodType.methodType(int.class, Integer.class), Integer.class, "text", getter);
        } catch (Throwable e) {
            // This JDK does it in another way. Nothing is lost but memory.
        }
    }
}
