package org.sandbox4j.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Shell commands over an image that is not the host's system: bash and its libraries, and a file. */
@Tag("any-jdk")
class ImageIT {
    private static final Path BASH = Path.of("/bin/bash");
    private static final Pattern LIBRARY = Pattern.compile("(/\\S+) \\(0x");

    @TempDir
    private Path directory;

    @Test
    void commands_seeTheImage_andLeaveNothingInItOrForOthers() throws Exception {
        Path image = directory.resolve("image");
        copyIntoImage(image, BASH);
        for (String library : librariesOfBash()) {
            copyIntoImage(image, Path.of(library));
        }
        Files.createDirectories(image.resolve("etc"));
        Files.writeString(image.resolve("etc/of-image"), "of the image\n");
        try (SandboxHttpServer server = SandboxHttpServer.builder()
                .dataDirectory(directory.resolve("data"))
                .imageDirectory(image)
                .workers(1)
                .port(0)
                .start()) {
            RawHttp http = new RawHttp(server.url());
            for (int request = 0; request < 3; request++) {
                String answer = http.execute("{\"commands\": [\"read line < /etc/of-image; echo $line\","
                                + " \"[ ! -e left ] && [ ! -e /tmp/left ] && echo x > left && echo x > /tmp/left\","
                                + " \"! echo x > /etc/made\", \"[ ! -e /etc/passwd ] && [ ! -e /usr/bin/perl ]\"]}")
                        .text();
                assertThat(answer).startsWith("{\"status\": 0").contains("\"stdout\": \"of the image\"");
            }
        }
        assertThat(image.resolve("etc/made")).doesNotExist();
    }

    private static List<String> librariesOfBash() throws IOException {
        Process ldd = new ProcessBuilder("ldd", BASH.toString()).start();
        String text = new String(ldd.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        return LIBRARY.matcher(text)
                .results()
                .map((MatchResult match) -> match.group(1))
                .toList();
    }

    private static void copyIntoImage(Path image, Path file) throws IOException {
        Path target = image.resolve(file.toString().substring(1));
        Files.createDirectories(target.getParent());
        Files.copy(file, target, StandardCopyOption.COPY_ATTRIBUTES);
    }
}
