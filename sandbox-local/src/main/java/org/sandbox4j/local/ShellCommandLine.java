package org.sandbox4j.local;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.sandbox4j.SandboxFlags;
import org.sandbox4j.spi.HostBind;
import org.sandbox4j.spi.SandboxConfig;

/** The line that opens a shell in the sandbox of a command, ready to be pasted. Without the environment, which may be secret. */
final class ShellCommandLine {
    private static final Pattern PLAIN = Pattern.compile("[A-Za-z0-9_./:@%+,=-]+");

    private ShellCommandLine() {}

    static String of(SandboxConfig config, PlannedCommand command) {
        List<String> words =
                new ArrayList<>(List.of("bin/shell", config.directory().toString()));
        addIf(words, command.has(SandboxFlags.ROOT_READ_ONLY), "--read-only");
        addIf(words, command.has(SandboxFlags.NETWORK_ENABLED), "--network");
        addIf(words, command.has(SandboxFlags.CREATE_DEV_SHM), "--shm");
        addIf(words, command.has(SandboxFlags.INHERIT_UID), "--inherit-uid");
        addIf(words, config.buildUid() != 0, "--uid", Integer.toUnsignedString(config.buildUid()));
        addIf(words, config.buildGid() != 0, "--gid", Integer.toUnsignedString(config.buildGid()));
        addIf(words, config.hostSystem(), "--host-system");
        for (HostBind bind : config.binds()) {
            addIf(
                    words,
                    true,
                    bind.writable() ? "--bind-writable" : "--bind",
                    bind.source().toString(),
                    bind.target());
        }
        command.settings()
                .marks()
                .forEach((mark, artifact) -> addIf(words, true, artifact ? "--mark-artifact" : "--mark", mark));
        addIf(words, !command.workDirectory().equals("/"), "--work-directory", command.workDirectory());
        return words.stream().map(ShellCommandLine::quoted).collect(Collectors.joining(" "));
    }

    private static void addIf(List<String> words, boolean wanted, String... added) {
        if (wanted) {
            words.addAll(List.of(added));
        }
    }

    private static String quoted(String word) {
        return PLAIN.matcher(word).matches() ? word : "'" + word.replace("'", "'\\''") + "'";
    }
}
