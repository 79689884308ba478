package org.sandbox4j.local.run;

import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.sandbox4j.local.host.MountedNoexec;

/**
 * The program of a command, and what may help a caller whose sandbox cannot execute it.
 *
 * @param name the first word of the command
 * @param root the root on the host
 * @param hostSystem whether the host's programs are shown in the sandbox
 */
public record SoughtProgram(String name, Path root, boolean hostSystem) {
    private static final List<String> DIRECTORIES =
            List.of("/usr/local/sbin", "/usr/local/bin", "/usr/sbin", "/usr/bin", "/sbin", "/bin");
    private static final Pattern LINE_OF_A_SHELL = Pattern.compile("[\\w./+-]*[\\w+-]\\s+\\S.*", Pattern.DOTALL);
    private static final Pattern PLAIN = Pattern.compile("[^\"'\\\\\\p{Cntrl}]*");
    private static final int MOST_WORDS = 6;

    /** Says why there is no such program, and what to do. */
    String whyMissing() {
        String why = name.contains("/") ? "there is no such file in the root" : "no directory of the run's PATH has it";
        if (LINE_OF_A_SHELL.matcher(name).matches()) {
            return why + ". If it is a program and its arguments, give each argument apart" + example();
        }
        Optional<Path> onHost = onHost();
        if (onHost.isPresent()) {
            return why + ", but the host has '" + onHost.get()
                    + "'. Open the sandbox with hostSystem(), or stage the program";
        }
        return name.contains("/")
                ? why + ". Name a path in the root, or stage the program"
                : why + ". Set PATH in the environment, or stage the program";
    }

    /** Says what keeps a file from being executed, and what to do. */
    String whyNotExecuted(String path) {
        return whyNotExecuted(path, MountedNoexec.holding(root.resolve(path.substring(path.startsWith("/") ? 1 : 0))));
    }

    static String whyNotExecuted(String path, Optional<String> mount) {
        return "'" + path + "' is on a file system that is mounted noexec"
                + mount.map(point -> ", on the host at '" + point
                                + "'. Put the sandbox's directory on another file system, or allow execution there (mount -o remount,exec "
                                + point + ")")
                        .orElse(
                                ". Put the sandbox's directory, or what is bound there, on another file system, or remount with exec");
    }

    private String example() {
        List<String> words = Arrays.asList(name.strip().split("\\s+"));
        return words.size() <= MOST_WORDS && PLAIN.matcher(name).matches()
                ? words.stream().collect(Collectors.joining("\", \"", ", as in List.of(\"", "\")"))
                : ", or give the whole to a shell, as in List.of(\"sh\", \"-c\", line)";
    }

    /** Where the root has programs of its own, showing the host's would hide them. */
    private Optional<Path> onHost() {
        if (hostSystem || hasProgramsOfItsOwn()) {
            return Optional.empty();
        }
        return DIRECTORIES.stream()
                .filter(directory -> !name.contains("/") || name.equals(directory + "/" + ownName()))
                .map(directory -> Path.of(directory, ownName()))
                .filter(file -> Files.isRegularFile(file) && Files.isExecutable(file))
                .findFirst();
    }

    private String ownName() {
        return name.substring(name.lastIndexOf('/') + 1);
    }

    private boolean hasProgramsOfItsOwn() {
        return DIRECTORIES.stream()
                .map(directory -> root.resolve(directory.substring(1)))
                .anyMatch(directory -> Files.exists(directory, LinkOption.NOFOLLOW_LINKS));
    }
}
