package org.sandbox4j.bwrap;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.sandbox4j.CommandNotFoundException;
import org.sandbox4j.Sandbox;
import org.sandbox4j.SandboxCommand;
import org.sandbox4j.SandboxResult;
import org.sandbox4j.SandboxSetupException;
import org.sandbox4j.Termination;
import org.sandbox4j.testkit.Programs;

/** The sandboxes behind the {@link Defect}s, as far as these take more than a line. */
final class BrokenSandboxes {
    private BrokenSandboxes() {}

    static final class RelativeDirectory extends DelegatingSandbox {
        RelativeDirectory(Sandbox real) {
            super(real);
        }

        @Override
        public Path getDirectory() {
            return Path.of("").toAbsolutePath().relativize(super.getDirectory());
        }
    }

    static final class LeavesDevBehind extends DelegatingSandbox {
        LeavesDevBehind(Sandbox real) {
            super(real);
        }

        @Override
        SandboxResult after(SandboxCommand command, SandboxResult result) {
            make(getDirectory().resolve("dev"));
            return result;
        }
    }

    static final class KeepsScratch extends DelegatingSandbox {
        KeepsScratch(Sandbox real) {
            super(real);
        }

        @Override
        public void close() {
            super.close();
            make(getDirectory().resolveSibling("scratch"));
        }
    }

    static final class RemovesWhatIsCalledScratch extends DelegatingSandbox {
        RemovesWhatIsCalledScratch(Sandbox real) {
            super(real);
        }

        @Override
        public void close() {
            super.close();
            Path scratch = getDirectory().resolveSibling("scratch");
            if (Files.isDirectory(scratch)) {
                Staging.removeNow(scratch);
            }
        }
    }

    static final class MergesEnvironments extends DelegatingSandbox {
        private Map<String, String> own = Map.of();

        MergesEnvironments(Sandbox real) {
            super(real);
        }

        @Override
        public void setEnvironment(Map<String, String> environment) {
            own = Map.copyOf(environment);
            super.setEnvironment(environment);
        }

        @Override
        SandboxCommand before(SandboxCommand command) {
            Map<String, String> merged = new LinkedHashMap<>(own);
            merged.putAll(command.environment().orElse(Map.of()));
            return command.toBuilder().environment(merged).build();
        }
    }

    /** Like a helper that gets the environment on its command line. */
    static final class ShowsValues extends DelegatingSandbox {
        private String shown = "";

        ShowsValues(Sandbox real) {
            super(real);
        }

        @Override
        public void setEnvironment(Map<String, String> environment) {
            shown = String.join(" ", environment.values());
            super.setEnvironment(environment);
        }

        @Override
        SandboxCommand before(SandboxCommand command) {
            onTheHost("sh", "-c", "sleep 0.05; :", shown);
            return command;
        }
    }

    /** Like a backend that takes the work directory for a mount point. */
    static final class RemovesWorkDirectory extends DelegatingSandbox {
        RemovesWorkDirectory(Sandbox real) {
            super(real);
        }

        @Override
        SandboxResult after(SandboxCommand command, SandboxResult result) {
            try {
                if (command.workDirectory().isPresent()) {
                    Files.delete(
                            getDirectory().resolve(command.workDirectory().get().substring(1)));
                }
                return result;
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }

    static final class FallsBackToTheRoot extends DelegatingSandbox {
        FallsBackToTheRoot(Sandbox real) {
            super(real);
        }

        @Override
        public SandboxResult execute(SandboxCommand command) throws InterruptedException {
            try {
                return super.execute(command);
            } catch (SandboxSetupException e) {
                return super.execute(command.toBuilder().workDirectory("/").build());
            }
        }
    }

    static final class ForgetsMarks extends DelegatingSandbox {
        ForgetsMarks(Sandbox real) {
            super(real);
        }

        @Override
        public void markDirectory(String directory, boolean artifact) {
            make(getDirectory().resolve(directory.substring(1)));
        }
    }

    static final class ForgetsArtifacts extends DelegatingSandbox {
        ForgetsArtifacts(Sandbox real) {
            super(real);
        }

        @Override
        public void markDirectory(String directory, boolean artifact) {
            super.markDirectory(directory, false);
        }
    }

    /** Like a backend that gives staged files a time of its own. */
    static final class TouchesStagedFiles extends DelegatingSandbox {
        TouchesStagedFiles(Sandbox real) {
            super(real);
        }

        @Override
        SandboxCommand before(SandboxCommand command) {
            try (Stream<Path> files = Files.walk(getDirectory().resolve("usr"))) {
                for (Path file : files.filter(Files::isRegularFile).toList()) {
                    Files.setLastModifiedTime(file, FileTime.fromMillis(0));
                }
                return command;
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }

    /** Throws away what a transaction has changed, and says that it has not. */
    static final class RollsBackAlways extends DelegatingSandbox {
        RollsBackAlways(Sandbox real) {
            super(real);
        }

        @Override
        SandboxCommand before(SandboxCommand command) {
            return command.rollsBackOnFailure()
                    ? through(command, "\"$@\"; exit $((100 + $?))").toBuilder()
                            .mayFail(true)
                            .rollbackOnFailure()
                            .build()
                    : command;
        }

        @Override
        SandboxResult after(SandboxCommand command, SandboxResult result) {
            return command.rollsBackOnFailure()
                    ? with(result, new Termination.Exited(result.exitCode() - 100))
                    : result;
        }
    }

    static final class CallsAMissingCommand127 extends DelegatingSandbox {
        CallsAMissingCommand127(Sandbox real) {
            super(real);
        }

        @Override
        public SandboxResult execute(SandboxCommand command) throws InterruptedException {
            try {
                return super.execute(command);
            } catch (CommandNotFoundException e) {
                return super.execute(Programs.exit(127));
            }
        }
    }

    /** Runs a part of what it got on the host. */
    static final class LeaksAProcess extends DelegatingSandbox {
        private static final Pattern MARKER = Pattern.compile("9[0-9]{11}");

        LeaksAProcess(Sandbox real) {
            super(real);
        }

        @Override
        SandboxCommand before(SandboxCommand command) {
            Matcher marker = MARKER.matcher(String.join(" ", command.arguments()));
            if (marker.find()) {
                onTheHost("sh", "-c", "sleep 3; :", marker.group());
            }
            return command;
        }
    }

    static final class IgnoresTimeouts extends DelegatingSandbox {
        IgnoresTimeouts(Sandbox real) {
            super(real);
        }

        @Override
        SandboxCommand before(SandboxCommand command) {
            Duration longer = command.timeout().orElse(Duration.ofMinutes(1)).plusMillis(500);
            return command.toBuilder().timeout(longer).build();
        }

        @Override
        SandboxResult after(SandboxCommand command, SandboxResult result) {
            boolean late = result.termination() instanceof Termination.TimedOut;
            return late ? with(result, new Termination.Exited(0)) : result;
        }
    }

    static final class SwallowsInterrupts extends DelegatingSandbox {
        SwallowsInterrupts(Sandbox real) {
            super(real);
        }

        @Override
        public SandboxResult execute(SandboxCommand command) throws InterruptedException {
            try {
                return super.execute(command);
            } catch (InterruptedException e) {
                return super.execute(Programs.dieOf(9));
            }
        }
    }

    static final class RunsBatchesApart extends DelegatingSandbox {
        RunsBatchesApart(Sandbox real) {
            super(real);
        }

        @Override
        public List<SandboxResult> execute(List<SandboxCommand> commands) throws InterruptedException {
            List<SandboxResult> results = new ArrayList<>();
            for (SandboxCommand command : commands) {
                SandboxResult result = execute(command.toBuilder().mayFail(true).build());
                results.add(result);
                if (!result.succeeded() && !command.mayFail()) {
                    break;
                }
            }
            return results;
        }
    }

    /** Like a field of the sandbox that belongs to a run: each gets what the one before it had. */
    static final class SharesTheWorkDirectory extends DelegatingSandbox {
        private final AtomicReference<String> directory = new AtomicReference<>("/");

        SharesTheWorkDirectory(Sandbox real) {
            super(real);
        }

        @Override
        SandboxCommand before(SandboxCommand command) {
            String shared = directory.getAndSet(command.workDirectory().orElse("/"));
            return command.toBuilder().workDirectory(shared).build();
        }
    }

    static final class LeaksDescriptors extends DelegatingSandbox {
        private final List<FileChannel> leaked = new ArrayList<>();

        LeaksDescriptors(Sandbox real) {
            super(real);
        }

        @Override
        SandboxResult after(SandboxCommand command, SandboxResult result) {
            try {
                leaked.add(FileChannel.open(getDirectory().resolve("bin/busybox")));
                return result;
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        @Override
        public void close() {
            super.close();
            for (FileChannel channel : leaked) {
                try {
                    channel.close();
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
            }
        }
    }

    /** Prepares the tree as the host sees its links. */
    static final class FollowsLinksOnTheHost extends DelegatingSandbox {
        FollowsLinksOnTheHost(Sandbox real) {
            super(real);
        }

        @Override
        SandboxCommand before(SandboxCommand command) {
            String directory = command.workDirectory().orElse("/").substring(1);
            try {
                Files.createDirectories(getDirectory().resolve(directory));
            } catch (IOException e) {
                // The real sandbox will find out.
            }
            return command;
        }
    }

    /** Like a backend that writes the environment line by line. */
    static SandboxCommand flattenValues(SandboxCommand command) {
        Map<String, String> flat = new LinkedHashMap<>(command.environment().orElse(Map.of()));
        flat.replaceAll((name, value) -> value.replace('\n', ' '));
        return flat.isEmpty() ? command : command.toBuilder().environment(flat).build();
    }

    /** Like a shell that splits a string. */
    static SandboxCommand dropEmpty(SandboxCommand command) {
        return SandboxCommand.builder(command.arguments().stream()
                        .filter(argument -> !argument.isEmpty())
                        .toList())
                .build();
    }

    /** Puts a script before a command, which ends with {@code exec "$@"}. */
    static SandboxCommand through(SandboxCommand command, String script) {
        List<String> arguments = new ArrayList<>(List.of("/bin/sh", "-c", script, "sh"));
        arguments.addAll(command.arguments());
        SandboxCommand.Builder wrapped = SandboxCommand.builder(arguments).flags(command.flags());
        command.environment().ifPresent(wrapped::environment);
        command.workDirectory().ifPresent(wrapped::workDirectory);
        command.stdin().ifPresent(wrapped::stdin);
        command.stdout().ifPresent(wrapped::stdout);
        command.stderr().ifPresent(wrapped::stderr);
        command.timeout().ifPresent(wrapped::timeout);
        command.terminal().ifPresent(size -> wrapped.terminal(size.columns(), size.rows()));
        return wrapped.build();
    }

    static SandboxCommand withoutRollback(SandboxCommand command) {
        return through(command, "exec \"$@\"");
    }

    static SandboxResult with(SandboxResult result, Termination termination) {
        return SandboxResult.of(termination, result.stdout(), result.stderr(), result.usage());
    }

    private static void make(Path directory) {
        try {
            Files.createDirectories(directory);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void onTheHost(String... command) {
        try {
            new ProcessBuilder(command).start();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
