package org.sandbox4j.examples;

import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.sandbox4j.Isolation;
import org.sandbox4j.Sandboxes;
import org.sandbox4j.spi.Availability;

/** Prints which backends work on this host, and what to do about those that do not; {@code bin/doctor} runs it. */
public final class Doctor {
    private Doctor() {}

    /**
     * Exits with 0 if a backend works here, else with 1.
     *
     * @param args none
     */
    public static void main(String[] args) {
        System.out.printf(
                "%s %s on %s, Java %s, as %s%n",
                property("os.name"),
                property("os.version"),
                property("os.arch"),
                property("java.version"),
                property("user.name"));
        List<Sandboxes.Diagnosis> diagnoses = Sandboxes.diagnose();
        diagnoses.forEach(diagnosis -> System.out.print(describe(diagnosis)));
        if (diagnoses.isEmpty()) {
            System.out.printf("%nThere is no backend on the class path. Add one, such as sandbox-bwrap.%n%n");
        }
        boolean usable = diagnoses.stream().anyMatch(Sandboxes.Diagnosis::available);
        System.out.println(usable ? "Sandboxes can be opened here." : "No sandbox can be opened here.");
        System.exit(usable ? 0 : 1);
    }

    static String describe(Sandboxes.Diagnosis diagnosis) {
        if (diagnosis.availability() instanceof Availability.Unavailable unavailable) {
            return "%n%s: does not work here%n  why:    %s%n  remedy: %s%n%n"
                    .formatted(diagnosis.backend(), unavailable.reason(), unavailable.remedy());
        }
        Availability.Available available = (Availability.Available) diagnosis.availability();
        Set<Isolation> lacking = EnumSet.allOf(Isolation.class);
        lacking.removeAll(available.isolation());
        return "%n%s: works%n  found:  %s%n  keeps:  %s%n  lacks:  %s%n%n"
                .formatted(diagnosis.backend(), available.detail(), names(available.isolation()), names(lacking));
    }

    private static String names(Set<Isolation> isolation) {
        return isolation.isEmpty()
                ? "nothing"
                : isolation.stream().sorted().map(Isolation::name).collect(Collectors.joining(", "));
    }

    private static String property(String name) {
        return System.getProperty(name, "?");
    }
}
