package org.sandbox4j.local.limits;

import java.io.FileInputStream;
import java.io.FileOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.UserDefinedFileAttributeView;
import java.util.ArrayList;
import java.util.List;

/** The files that the kernel shows. Read and written as plain streams: an interrupt of the thread would close a channel. */
final class KernelGroupFiles implements GroupFiles {
    @Override
    public void makeDirectory(Path directory) throws IOException {
        Files.createDirectory(directory);
    }

    @Override
    public void removeDirectory(Path directory) throws IOException {
        Files.delete(directory);
    }

    @Override
    public List<String> directories(Path directory) throws IOException {
        List<String> names = new ArrayList<>();
        try (DirectoryStream<Path> entries = Files.newDirectoryStream(directory, Files::isDirectory)) {
            entries.forEach(entry -> names.add(entry.getFileName().toString()));
        }
        return names;
    }

    @Override
    public boolean exists(Path file) {
        return Files.exists(file);
    }

    @Override
    public boolean isWritable(Path file) {
        return Files.isWritable(file);
    }

    /** systemd marks what it delegates since version 251; what is not root's must have been left to its owner by root. */
    @Override
    public boolean isDelegated(Path directory) {
        try {
            if (!Files.getAttribute(directory, "unix:uid").equals(0)) {
                return Files.isWritable(directory);
            }
            UserDefinedFileAttributeView marks =
                    Files.getFileAttributeView(directory, UserDefinedFileAttributeView.class);
            return marks != null && marks.list().contains("delegate");
        } catch (IOException | UnsupportedOperationException e) {
            return false;
        }
    }

    @Override
    public String read(Path file) throws IOException {
        try (FileInputStream stream = new FileInputStream(file.toFile())) {
            return new String(stream.readAllBytes(), StandardCharsets.ISO_8859_1);
        }
    }

    @Override
    public void write(Path file, String content) throws IOException {
        try (FileOutputStream stream = new FileOutputStream(file.toFile())) {
            stream.write(content.getBytes(StandardCharsets.ISO_8859_1));
        }
    }
}
