package org.sandbox4j.examples;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** Keeps the code of the README and other pages and the examples from drifting apart. */
class ReadmeTest {
    private static final Path README = Path.of("..", "README.md");
    private static final Path FLEET = Path.of("..", "docs", "fleet.md");
    private static final Path SOURCES = Path.of("src", "main", "java", "org", "sandbox4j", "examples");
    private static final Pattern JAVA = Pattern.compile("^```java\\n(.*?)^```$", Pattern.MULTILINE | Pattern.DOTALL);

    @Test
    void readme_hasTwoPiecesOfJava() throws IOException {
        assertThat(javaBlocks()).hasSize(2);
    }

    @Test
    void firstPiece_is15LinesOfQuickStart() throws IOException {
        String shown = javaBlocks().get(0);

        assertThat(shown.lines()).hasSize(15);
        assertThat(withoutIndentation(source("QuickStart"))).contains(withoutIndentation(shown));
    }

    @Test
    void secondPiece_isHermeticBuildInFull() throws IOException {
        String shown = javaBlocks().get(1);

        assertThat(shown).isEqualTo(source("HermeticBuild"));
        assertThat(shown.lines())
                .hasSizeLessThan(80)
                .allSatisfy(line -> assertThat(line).hasSizeLessThanOrEqualTo(120));
    }

    @Test
    void piecesOfTheFleetsPage_areOfFleetQuickStart() throws IOException {
        assertThat(javaBlocks(FLEET))
                .hasSize(2)
                .allSatisfy(shown -> assertThat(source("FleetQuickStart")).contains(shown));
    }

    private static List<String> javaBlocks() throws IOException {
        return javaBlocks(README);
    }

    private static List<String> javaBlocks(Path page) throws IOException {
        return JAVA.matcher(Files.readString(page))
                .results()
                .map(block -> block.group(1))
                .toList();
    }

    private static String source(String example) throws IOException {
        return Files.readString(SOURCES.resolve(example + ".java"));
    }

    private static String withoutIndentation(String text) {
        return text.replaceAll("(?m)^ +", "");
    }
}
