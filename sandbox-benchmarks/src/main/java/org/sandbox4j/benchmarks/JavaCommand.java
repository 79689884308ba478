package org.sandbox4j.benchmarks;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Command lines of other JVMs like this one. */
final class JavaCommand {
    /** From this JDK on, native code wants a flag, and the JDK warns without it. */
    private static final int NATIVE_ACCESS_SINCE = 22;

    private JavaCommand() {}

    static List<String> of(Class<?> program, String classPath, String... options) {
        List<String> command = new ArrayList<>(
                List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString()));
        command.addAll(List.of(options));
        command.addAll(List.of("-cp", classPath));
        if (Runtime.version().feature() >= NATIVE_ACCESS_SINCE) {
            command.add("--enable-native-access=ALL-UNNAMED");
        }
        command.add(program.getName());
        return command;
    }
}
