package org.sandbox4j.server;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * An environment on disk.
 *
 * @param id its id
 * @param owner whose it is
 * @param layers what it is made of, at least one, the lowest first
 * @param changed whether the last layer is what the commands changed
 * @param expires from when on it is not there any more
 */
record StoredEnvironment(UUID id, Tenant owner, List<Layer> layers, boolean changed, Instant expires) {
    StoredEnvironment {
        layers = List.copyOf(layers);
    }

    /** All files that it needs. */
    Stream<String> objects() {
        return layers.stream().flatMap(layer -> Stream.concat(Stream.of(layer.archive()), layer.deletions().stream()));
    }

    /** The one line that is kept on disk; its end tells that it is whole. */
    String line() {
        return layers.stream().map(Layer::text).collect(Collectors.joining(",")) + " " + changed + " "
                + expires.getEpochSecond() + (owner.id().isEmpty() ? "" : " " + owner.id()) + " end\n";
    }

    static Optional<StoredEnvironment> parse(UUID id, String line) {
        String[] parts = line.split("[ \n]", -1);
        boolean owned = parts.length == 6;
        Optional<Tenant> owner = owned ? Tenant.parse(parts[3]) : Optional.of(Tenant.EVERYBODY);
        if ((parts.length != 5 && !owned) || !parts[parts.length - 2].equals("end") || owner.isEmpty()) {
            return Optional.empty();
        }
        try {
            return Optional.of(new StoredEnvironment(
                    id,
                    owner.get(),
                    Stream.of(parts[0].split(",", -1)).map(Layer::parse).toList(),
                    Boolean.parseBoolean(parts[1]),
                    Instant.ofEpochSecond(Long.parseLong(parts[2]))));
        } catch (NumberFormatException e) {
            return Optional.empty();
        }
    }
}
