package org.sandbox4j.examples;

import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.sandbox4j.CommandNotFoundException;
import org.sandbox4j.Sandbox;
import org.sandbox4j.SandboxCommand;
import org.sandbox4j.SandboxException;

/** Opens a shell in a staged root; {@code bin/shell} runs it. */
public final class Shell {
    private static final int CALLED_WRONGLY = 2;
    private static final int NO_SANDBOX = 125;

    private Shell() {}

    /**
     * Exits as the command does, with 2 when it was called wrongly, and with 125 when there is no sandbox.
     *
     * @param args what {@code bin/shell --help} says
     */
    public static void main(String[] args) throws InterruptedException {
        try {
            ShellOptions options = ShellOptions.parse(List.of(args), System.getenv());
            if (options.help()) {
                System.out.print(ShellOptions.USAGE);
                return;
            }
            System.exit(run(options));
        } catch (IllegalArgumentException e) {
            System.err.println("shell: " + e.getMessage() + " See bin/shell --help.");
            System.exit(CALLED_WRONGLY);
        } catch (SandboxException e) {
            System.err.println("shell: " + e.getMessage());
            System.exit(NO_SANDBOX);
        }
    }

    private static int run(ShellOptions options) throws InterruptedException {
        Path directory = sandboxDirectory(options.directory());
        try (Sandbox sandbox = options.applyTo(Sandbox.builder(directory)).open()) {
            options.marks().forEach(sandbox::markDirectory);
            sandbox.setEnvironment(options.environment());
            sandbox.setWorkDirectory(options.workDirectory());
            List<String> command = options.command().isEmpty() ? shell(sandbox) : options.command();
            return sandbox.run(command, options.flags(), null, null);
        }
    }

    /** Tried without input, so that nothing of it is lost. */
    private static List<String> shell(Sandbox sandbox) throws InterruptedException {
        try {
            sandbox.execute(SandboxCommand.of("bash", "-c", "exit 0"));
            return List.of("bash");
        } catch (CommandNotFoundException e) {
            return List.of("sh");
        }
    }

    /** A root is known by its name, since the library wants it so. A system's own /root is no root to stage in. */
    static Path sandboxDirectory(Path named) {
        if (!Files.isDirectory(named)) {
            throw new IllegalArgumentException("There is no directory '" + named + "'.");
        }
        Path inside = named.resolve("root");
        Path above = named.getParent();
        boolean isCalledRoot = named.endsWith("root") && above != null && above.getParent() != null;
        if (isCalledRoot && (isSystem(named) || !isDirectory(inside))) {
            return Objects.requireNonNull(above);
        }
        if (isSystem(named) && !isSystem(inside)) {
            throw new IllegalArgumentException("'" + named + "' is a root itself. Make it the 'root' of a sandbox's "
                    + "directory: move it to a directory of its own, and call it 'root' there.");
        }
        if (!isDirectory(inside)) {
            throw new IllegalArgumentException("There is no root in '" + named + "'. Name the directory of a sandbox.");
        }
        return named;
    }

    private static boolean isDirectory(Path path) {
        return Files.isDirectory(path, LinkOption.NOFOLLOW_LINKS);
    }

    private static boolean isSystem(Path directory) {
        return Stream.of("bin", "usr", "lib")
                .anyMatch(name -> Files.exists(directory.resolve(name), LinkOption.NOFOLLOW_LINKS));
    }
}
