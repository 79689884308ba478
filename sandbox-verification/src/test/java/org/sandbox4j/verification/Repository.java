package org.sandbox4j.verification;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;

/** What the checkout's POMs say. */
final class Repository {
    private static final Path ROOT = Path.of("").toAbsolutePath().getParent();
    private static final Pattern MODULE = Pattern.compile("<module>(.+?)</module>");
    private static final Pattern OWN_DEPENDENCY =
            Pattern.compile("<groupId>org\\.sandbox4j</groupId>\\s*<artifactId>(.+?)</artifactId>");

    private Repository() {}

    /** The modules that are published as archives, by directory and artifact, which are named alike. */
    static Set<String> publishedModules() throws IOException {
        Set<String> published = new TreeSet<>();
        for (String module : allMatches(MODULE, pom(""))) {
            String pom = pom(module);
            if (!pom.contains("<packaging>pom</packaging>")
                    && !pom.contains("<maven.deploy.skip>true</maven.deploy.skip>")) {
                published.add(module);
            }
        }
        return published;
    }

    /** Our own artifacts that the BOM gives a version. */
    static List<String> bomEntries() throws IOException {
        return managedBy(pom("sandbox-bom"));
    }

    /** Our own artifacts that the parent gives a version. */
    static List<String> parentEntries() throws IOException {
        return managedBy(pom(""));
    }

    private static List<String> managedBy(String pom) {
        return allMatches(OWN_DEPENDENCY, pom.substring(pom.indexOf("<dependencyManagement>")));
    }

    private static String pom(String module) throws IOException {
        return Files.readString(ROOT.resolve(module).resolve("pom.xml"));
    }

    private static List<String> allMatches(Pattern pattern, String text) {
        return pattern.matcher(text)
                .results()
                .map((MatchResult result) -> result.group(1))
                .toList();
    }
}
