package org.sandbox4j.remote.fleet;

import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * What a server offers, prepared for many comparisons.
 *
 * @param places containers it has, 1 if that is not known
 * @param ramBytes what a container can use
 * @param libraries names of libraries
 * @param programs names of programs
 * @param extensions names of extensions
 */
record Offer(int places, long ramBytes, Set<String> libraries, Set<String> programs, Set<String> extensions) {
    static Offer of(SandboxSpecs sandbox, ContainerSpecs container) {
        long machine = sandbox.host().map(host -> host.memory().ramBytes()).orElse(0L);
        return new Offer(
                container.container().map(limits -> Math.max(1, limits.count())).orElse(1),
                container
                        .container()
                        .map(limits -> limits.memory().ramBytes().orElse(machine))
                        .orElse(0L),
                container
                        .libraries()
                        .map(contents -> contents.libraries().values().stream()
                                .map(Map::keySet)
                                .flatMap(Set::stream)
                                .collect(Collectors.toUnmodifiableSet()))
                        .orElse(Set.of()),
                container
                        .libraries()
                        .map(contents -> Set.copyOf(contents.programs()))
                        .orElse(Set.of()),
                sandbox.extensions());
    }

    boolean meets(Requirements requirements) {
        return ramBytes >= requirements.ramBytes()
                && libraries.containsAll(requirements.libraries())
                && programs.containsAll(requirements.programs())
                && extensions.containsAll(requirements.extensions());
    }
}
