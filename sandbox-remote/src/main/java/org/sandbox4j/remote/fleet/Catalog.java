package org.sandbox4j.remote.fleet;

import java.lang.ref.WeakReference;
import java.util.Map;
import java.util.Set;
import java.util.WeakHashMap;
import java.util.stream.Collectors;
import org.sandbox4j.protocol.Libraries;

/**
 * What is installed on servers. Most servers of a fleet have the same thousands of programs, so equal contents are kept once, and
 * only while somebody has them.
 */
final class Catalog {
    /**
     * Contents, prepared for many comparisons.
     *
     * @param libraries all of it
     * @param libraryNames names of libraries, of any kind
     * @param programs names of programs
     */
    record Contents(Libraries libraries, Set<String> libraryNames, Set<String> programs) {
        private static Contents of(Libraries libraries) {
            return new Contents(
                    libraries,
                    libraries.libraries().values().stream()
                            .map(Map::keySet)
                            .flatMap(Set::stream)
                            .collect(Collectors.toUnmodifiableSet()),
                    Set.copyOf(libraries.programs()));
        }
    }

    private final Map<Libraries, WeakReference<Contents>> known = new WeakHashMap<>();

    synchronized Contents contents(Libraries libraries) {
        WeakReference<Contents> reference = known.get(libraries);
        Contents kept = reference == null ? null : reference.get();
        if (kept == null) {
            kept = Contents.of(libraries);
            // An equal key that is still there stays and may go at any time: the new one has to take its place.
            known.remove(libraries);
            known.put(libraries, new WeakReference<>(kept));
        }
        return kept;
    }

    ContainerSpecs shared(ContainerSpecs specs) {
        return new ContainerSpecs(
                specs.lastSuccess(),
                specs.lastFailure(),
                specs.container(),
                specs.libraries().map(libraries -> contents(libraries).libraries()));
    }
}
