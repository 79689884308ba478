package org.sandbox4j.fleet.jdbc;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Types;
import java.time.Instant;
import java.util.Optional;
import java.util.Set;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;
import org.sandbox4j.SandboxException;
import org.sandbox4j.protocol.JsonLimits;
import org.sandbox4j.protocol.Libraries;
import org.sandbox4j.protocol.Specifications;
import org.sandbox4j.protocol.WireCodec;
import org.sandbox4j.remote.fleet.ContainerSpecs;
import org.sandbox4j.remote.fleet.SandboxSpecs;

/** What is known of the servers, as JSON of the protocol. */
final class SpecificationTable {
    private static final JsonLimits LIMITS =
            new JsonLimits(Integer.MAX_VALUE, 32, Integer.MAX_VALUE, Integer.MAX_VALUE);

    /** A row. */
    private record Specs(SandboxSpecs sandbox, ContainerSpecs container) {
        private static final Specs UNKNOWN = new Specs(SandboxSpecs.UNKNOWN, ContainerSpecs.UNKNOWN);
    }

    private SpecificationTable() {}

    static SandboxSpecs sandbox(Handle handle, long server) {
        return specs(handle, server).sandbox;
    }

    static ContainerSpecs container(Handle handle, long server) {
        return specs(handle, server).container;
    }

    static void save(Handle handle, long server, SandboxSpecs sandbox, ContainerSpecs container) {
        handle.createUpdate("""
                        update "sandbox4j".specifications set
                            sandbox_success = :sandbox_success, sandbox_failure = :sandbox_failure,
                            container_success = :container_success, container_failure = :container_failure,
                            specifications = :specifications, libraries = :libraries
                        where server = :server
                        """)
                .bind("server", server)
                .bindBySqlType("sandbox_success", Micros.of(sandbox.lastSuccess()), Types.BIGINT)
                .bindBySqlType("sandbox_failure", Micros.of(sandbox.lastFailure()), Types.BIGINT)
                .bindBySqlType("container_success", Micros.of(container.lastSuccess()), Types.BIGINT)
                .bindBySqlType("container_failure", Micros.of(container.lastFailure()), Types.BIGINT)
                .bindBySqlType("specifications", specifications(sandbox, container), Types.VARCHAR)
                .bindBySqlType(
                        "libraries",
                        container
                                .libraries()
                                .map(libraries -> ascii(WireCodec.write(libraries)))
                                .orElse(null),
                        Types.VARCHAR)
                .execute();
    }

    private static @Nullable String specifications(SandboxSpecs sandbox, ContainerSpecs container) {
        if (sandbox.host().isPresent() != container.container().isPresent()
                || (sandbox.host().isEmpty() && !sandbox.extensions().isEmpty())) {
            throw new IllegalArgumentException(
                    "The limits of a server's containers, and its extensions, are known if its machine is, and only then.");
        }
        return sandbox.host()
                .map(host -> ascii(WireCodec.write(
                        new Specifications(host, container.container().orElseThrow(), sandbox.extensions()))))
                .orElse(null);
    }

    private static String ascii(byte[] json) {
        return new String(json, StandardCharsets.US_ASCII);
    }

    private static Specs specs(Handle handle, long server) {
        return handle.createQuery("select * from \"sandbox4j\".specifications where server = :server")
                .bind("server", server)
                .map((row, context) -> specs(row))
                .findOne()
                .orElse(Specs.UNKNOWN);
    }

    private static Specs specs(ResultSet row) throws SQLException {
        try {
            Optional<Specifications> specifications = specifications(row.getString("specifications"));
            Optional<Libraries> libraries = libraries(row.getString("libraries"));
            return new Specs(
                    new SandboxSpecs(
                            moment(row, "sandbox_success"),
                            moment(row, "sandbox_failure"),
                            specifications.map(Specifications::host),
                            specifications.map(Specifications::extensions).orElse(Set.of())),
                    new ContainerSpecs(
                            moment(row, "container_success"),
                            moment(row, "container_failure"),
                            specifications.map(Specifications::container),
                            libraries));
        } catch (IOException | SandboxException e) {
            throw Failures.damaged("specifications", e);
        }
    }

    private static Optional<Specifications> specifications(@Nullable String json) throws IOException {
        return json == null ? Optional.empty() : Optional.of(WireCodec.readSpecifications(stream(json), LIMITS));
    }

    private static Optional<Libraries> libraries(@Nullable String json) throws IOException {
        return json == null ? Optional.empty() : Optional.of(WireCodec.readLibraries(stream(json), LIMITS));
    }

    private static ByteArrayInputStream stream(String json) {
        return new ByteArrayInputStream(json.getBytes(StandardCharsets.US_ASCII));
    }

    private static Optional<Instant> moment(ResultSet row, String column) throws SQLException {
        long micros = row.getLong(column);
        return row.wasNull() ? Optional.empty() : Optional.of(Micros.instant(micros));
    }
}
