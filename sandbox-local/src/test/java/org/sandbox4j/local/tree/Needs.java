package org.sandbox4j.local.tree;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.sandbox4j.spi.HostBind;

/** What runs of the tests need of their roots. */
final class Needs {
    private Needs() {}

    static TreeNeeds nothing() {
        return new TreeNeeds(Map.of(), "/", List.of(), false, false, Optional.empty(), Writing.IN_PLACE);
    }

    static TreeNeeds workDirectory(String directory) {
        return new TreeNeeds(Map.of(), directory, List.of(), false, false, Optional.empty(), Writing.IN_PLACE);
    }

    static TreeNeeds marks(String... marks) {
        Map<String, Boolean> all = new LinkedHashMap<>();
        for (String mark : marks) {
            all.put(mark, false);
        }
        return new TreeNeeds(all, "/", List.of(), false, false, Optional.empty(), Writing.IN_PLACE);
    }

    static TreeNeeds binds(HostBind... binds) {
        return new TreeNeeds(Map.of(), "/", List.of(binds), false, false, Optional.empty(), Writing.IN_PLACE);
    }
}
