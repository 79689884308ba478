package org.sandbox4j.verification;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.DataInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.lang.module.ModuleDescriptor;
import java.lang.module.ModuleFinder;
import java.lang.module.ModuleReference;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Looks into the archives as they would be published; the build copies them to {@code target} before. */
class BuiltJarsIT {
    private static final Path PUBLISHED = Path.of("target", "published");
    private static final int JAVA_17 = 61;
    private static final String SERVICES = "META-INF/services/";

    static Stream<Path> jars() throws IOException {
        try (Stream<Path> files = Files.list(PUBLISHED)) {
            return files.sorted().toList().stream();
        }
    }

    @Test
    void jars_areThoseOfAllPublishedModules() throws IOException {
        Set<String> expected = Repository.publishedModules().stream()
                .map(name -> name + ".jar")
                .collect(Collectors.toSet());
        assertThat(jars().map(jar -> jar.getFileName().toString())).containsExactlyInAnyOrderElementsOf(expected);
    }

    @ParameterizedTest
    @MethodSource("jars")
    void jar_isAModuleNamedAfterIt(Path jar) {
        String name = jar.getFileName()
                .toString()
                .replace("sandbox-", "org.sandbox4j.")
                .replace(".jar", "")
                .replace('-', '.');
        ModuleDescriptor descriptor = descriptorOf(jar);
        assertThat(descriptor.isAutomatic())
                .as("automatic, for want of a module-info.class")
                .isFalse();
        assertThat(descriptor.name()).isEqualTo(name);
    }

    @ParameterizedTest
    @MethodSource("jars")
    void jar_holdsTheLicenceAndClassesForJava17(Path jar) throws IOException {
        Map<String, Integer> versions = new TreeMap<>();
        try (JarFile file = new JarFile(jar.toFile())) {
            assertThat(file.getEntry("META-INF/LICENSE")).as("licence").isNotNull();
            for (JarEntry entry : file.stream().toList()) {
                if (entry.getName().endsWith(".class")) {
                    versions.put(entry.getName(), classVersion(file, entry));
                }
            }
        }
        assertThat(versions)
                .isNotEmpty()
                .allSatisfy((name, version) -> assertThat(version).isEqualTo(JAVA_17));
    }

    @ParameterizedTest
    @MethodSource("jars")
    void jar_providesTheSameServicesOnBothPaths(Path jar) throws IOException {
        Map<String, Set<String>> onModulePath = new TreeMap<>();
        for (ModuleDescriptor.Provides provides : descriptorOf(jar).provides()) {
            onModulePath.put(provides.service(), new TreeSet<>(provides.providers()));
        }
        assertThat(servicesFiles(jar)).isEqualTo(onModulePath);
    }

    private static ModuleDescriptor descriptorOf(Path jar) {
        Set<ModuleReference> modules = ModuleFinder.of(jar).findAll();
        assertThat(modules).hasSize(1);
        return modules.iterator().next().descriptor();
    }

    private static int classVersion(JarFile file, JarEntry entry) throws IOException {
        try (DataInputStream in = new DataInputStream(file.getInputStream(entry))) {
            in.readInt(); // the magic number
            in.readUnsignedShort(); // the minor version
            return in.readUnsignedShort();
        }
    }

    private static Map<String, Set<String>> servicesFiles(Path jar) throws IOException {
        Map<String, Set<String>> services = new TreeMap<>();
        try (JarFile file = new JarFile(jar.toFile())) {
            for (JarEntry entry : file.stream().toList()) {
                if (entry.getName().startsWith(SERVICES) && !entry.isDirectory()) {
                    services.put(entry.getName().substring(SERVICES.length()), providers(file, entry));
                }
            }
        }
        return services;
    }

    private static Set<String> providers(JarFile file, JarEntry entry) throws IOException {
        try (InputStream in = file.getInputStream(entry)) {
            List<String> lines = new String(in.readAllBytes(), StandardCharsets.UTF_8)
                    .lines()
                    .map(line -> line.replaceFirst("#.*", "").strip())
                    .filter(line -> !line.isEmpty())
                    .toList();
            return new TreeSet<>(lines);
        }
    }
}
