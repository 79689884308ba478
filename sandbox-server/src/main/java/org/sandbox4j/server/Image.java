package org.sandbox4j.server;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.Optional;
import java.util.Set;
import org.sandbox4j.SandboxBuilder;

/**
 * What shell commands see beside their environment, read-only: a directory with a root file system, or the host's system.
 */
final class Image {
    /** What every sandbox has of its own. */
    private static final Set<String> NOT_OF_IMAGES = Set.of("dev", "proc", "sys", "tmp", "home");

    private final Optional<Path> directory;

    Image(Optional<Path> directory) {
        this.directory = directory;
    }

    /** Shows the image in a sandbox whose root has nothing but its home directory yet. */
    void show(SandboxBuilder builder, Path root) throws IOException {
        if (directory.isEmpty()) {
            linkAsHere(root);
            builder.hostSystem();
            return;
        }
        try (DirectoryStream<Path> entries = Files.newDirectoryStream(directory.get())) {
            for (Path entry : entries) {
                String name = entry.getFileName().toString();
                if (Files.isSymbolicLink(entry)) {
                    Files.createSymbolicLink(root.resolve(name), Files.readSymbolicLink(entry));
                } else if (!NOT_OF_IMAGES.contains(name)
                        && (Files.isDirectory(entry, LinkOption.NOFOLLOW_LINKS)
                                || Files.isRegularFile(entry, LinkOption.NOFOLLOW_LINKS))) {
                    builder.bind(entry, "/" + name);
                }
            }
        }
    }

    /** Where /bin is a link to usr/bin it need not be mounted: /usr has it already. */
    private static void linkAsHere(Path root) throws IOException {
        try (DirectoryStream<Path> links = Files.newDirectoryStream(Path.of("/"), Files::isSymbolicLink)) {
            for (Path link : links) {
                Path target = Files.readSymbolicLink(link);
                String name = link.getFileName().toString();
                if (!NOT_OF_IMAGES.contains(name) && target.startsWith("usr")) {
                    Files.createSymbolicLink(root.resolve(name), target);
                }
            }
        }
    }
}
