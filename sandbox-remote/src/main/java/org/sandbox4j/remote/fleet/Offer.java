package org.sandbox4j.remote.fleet;

import java.util.Optional;
import java.util.Set;

/**
 * What a server offers.
 *
 * @param places containers it has, 1 if that is not known
 * @param ramBytes what a container can use
 * @param contents what is installed, if that is known
 * @param extensions names of extensions
 */
record Offer(int places, long ramBytes, Optional<Catalog.Contents> contents, Set<String> extensions) {
    static Offer of(SandboxSpecs sandbox, ContainerSpecs container, Catalog catalog) {
        long machine = sandbox.host().map(host -> host.memory().ramBytes()).orElse(0L);
        return new Offer(
                container.container().map(limits -> Math.max(1, limits.count())).orElse(1),
                container
                        .container()
                        .map(limits -> limits.memory().ramBytes().orElse(machine))
                        .orElse(0L),
                container.libraries().map(catalog::contents),
                sandbox.extensions());
    }

    boolean meets(Requirements requirements) {
        return ramBytes >= requirements.ramBytes()
                && has(requirements.libraries(), requirements.programs())
                && extensions.containsAll(requirements.extensions());
    }

    private boolean has(Set<String> libraries, Set<String> programs) {
        if (contents.isEmpty()) {
            return libraries.isEmpty() && programs.isEmpty();
        }
        return contents.get().libraryNames().containsAll(libraries)
                && contents.get().programs().containsAll(programs);
    }
}
