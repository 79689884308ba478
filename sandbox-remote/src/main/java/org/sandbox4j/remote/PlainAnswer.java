package org.sandbox4j.remote;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Set;
import org.sandbox4j.CapturedOutput;
import org.sandbox4j.CommandNotFoundException.Problem;
import org.sandbox4j.ResourceUsage;
import org.sandbox4j.SandboxCommand;
import org.sandbox4j.SandboxResult;
import org.sandbox4j.Termination;
import org.sandbox4j.protocol.RootResponse;
import org.sandbox4j.protocol.tree.FileNames;

/**
 * What the program for plain servers answers.
 *
 * @param results of the commands that ran
 * @param failure why the next could not
 * @param outputs what they wrote
 * @param layer number of the layer with what they changed
 * @param changes what that is
 * @param isKept whether the environment has the whole tree
 * @param lost what could not be brought back, as the first part of a reason
 */
record PlainAnswer(
        List<SandboxResult> results,
        Optional<RootResponse.Failure> failure,
        List<Output> outputs,
        OptionalInt layer,
        RootResponse.Changes changes,
        boolean isKept,
        Optional<String> lost) {
    private static final int NO_SUCH_FILE = 2;
    private static final int NOT_A_PROGRAM = 8;
    private static final int NO_PERMISSION = 13;

    /**
     * What a command wrote to one stream: here, or in a file of the environment.
     *
     * @param command its number
     * @param error whether to standard error
     * @param bytes the text, if it is here
     * @param file the file's name, if it is there
     */
    record Output(int command, boolean error, Optional<byte[]> bytes, Optional<String> file) {}

    /**
     * Reads an answer.
     *
     * @param budget what ends a command when the server's time is up
     * @throws IllegalArgumentException if it is none
     */
    static PlainAnswer parse(String text, List<SandboxCommand> commands, Duration budget) {
        Parser parser = new Parser(commands, budget);
        text.lines().forEach(line -> parser.line(line.split(" ", -1)));
        return parser.answer();
    }

    private static final class Parser {
        private final List<SandboxCommand> commands;
        private final List<SandboxResult> results = new ArrayList<>();
        private final List<Output> outputs = new ArrayList<>();
        private final List<String> deleted = new ArrayList<>();
        private Optional<RootResponse.Failure> failure = Optional.empty();
        private OptionalInt layer = OptionalInt.empty();
        private int entries;
        private final Duration budget;
        private Optional<String> lost = Optional.empty();
        private boolean kept;

        Parser(List<SandboxCommand> commands, Duration budget) {
            this.commands = commands;
            this.budget = budget;
        }

        void line(String[] words) {
            try {
                switch (words[0]) {
                    case "problem" -> failure = Optional.of(failure(words));
                    case "ended" -> ended(words);
                    case "text" -> text(words, unquoted(words[3]));
                    case "base64" -> text(words, Base64.getDecoder().decode(words[3]));
                    case "file" ->
                        outputs.add(new Output(
                                command(words[1]),
                                isError(words[2]),
                                Optional.empty(),
                                Optional.of(words[1] + "." + words[2])));
                    case "changed" -> {
                        layer = OptionalInt.of(Integer.parseInt(words[1]));
                        entries = Integer.parseInt(words[2]);
                    }
                    case "deleted" -> deleted.add(FileNames.decode(unquoted(words[1])));
                    case "lost" -> lost = Optional.of(words[1].equals("output") ? "output" : "changes");
                    case "kept" -> kept = true;
                    default -> throw new IllegalArgumentException("it has a line of an unknown kind");
                }
            } catch (IndexOutOfBoundsException e) {
                throw new IllegalArgumentException("a line is too short", e);
            }
        }

        private void text(String[] words, byte[] bytes) {
            outputs.add(new Output(command(words[1]), isError(words[2]), Optional.of(bytes), Optional.empty()));
        }

        private static boolean isError(String word) {
            if (!word.equals("out") && !word.equals("err")) {
                throw new IllegalArgumentException("a stream has no known name");
            }
            return word.equals("err");
        }

        PlainAnswer answer() {
            if (results.isEmpty() && failure.isEmpty()) {
                throw new IllegalArgumentException("no command has ended");
            }
            return new PlainAnswer(
                    List.copyOf(results),
                    failure,
                    List.copyOf(outputs),
                    layer,
                    new RootResponse.Changes(entries, deleted),
                    kept,
                    lost);
        }

        private int command(String word) {
            int number = Integer.parseInt(word);
            if (number < 0 || number >= commands.size()) {
                throw new IllegalArgumentException("there is no command " + number);
            }
            return number;
        }

        private void ended(String[] words) {
            if (failure.isPresent()) {
                return;
            }
            int number = command(words[1]);
            Duration wall = seconds(words[3]);
            ResourceUsage usage = new ResourceUsage(
                    wall, Optional.of(seconds(words[4])), Optional.of(seconds(words[5])), OptionalLong.empty());
            results.add(SandboxResult.of(
                            termination(words[2], commands.get(number)),
                            CapturedOutput.none(),
                            CapturedOutput.none(),
                            usage)
                    .withUnenforced(commands.get(number)
                            .limits()
                            .map(limits -> limits.asMap().keySet())
                            .orElse(Set.of())));
        }

        private Termination termination(String word, SandboxCommand command) {
            if (word.equals("budget")) {
                return new Termination.TimedOut(budget);
            }
            if (word.equals("timeout")) {
                return new Termination.TimedOut(command.timeout()
                        .orElseThrow(() -> new IllegalArgumentException("a timeout of a command without one")));
            }
            int status = Integer.parseInt(word);
            int signal = status & 0x7f;
            return signal != 0 ? new Termination.Signalled(signal) : new Termination.Exited(status >> 8 & 0xff);
        }

        private static Duration seconds(String word) {
            return Duration.ofMillis(Math.max(0, Math.round(Double.parseDouble(word) * 1000)));
        }

        private RootResponse.Failure failure(String[] words) {
            SandboxCommand command = commands.get(command(words[1]));
            String program = command.arguments().get(0);
            if (words[2].equals("mark")) {
                return new RootResponse.Failure(
                        "marked-directory",
                        "The marked directory '/" + FileNames.decode(unquoted(words[4])) + "' cannot be made (error "
                                + words[3] + "). Remove what stands in its way, or mark another.",
                        Optional.empty());
            }
            if (words[2].equals("cwd")) {
                return new RootResponse.Failure(
                        "work-directory",
                        "The work directory '" + command.workDirectory().orElse("/") + "' of '" + command
                                + "' cannot be entered on the server (error " + words[3] + ").",
                        Optional.empty());
            }
            Optional<Problem> problem = problem(words[3]);
            return new RootResponse.Failure(
                    "missing-command",
                    "'" + program + "' cannot be executed on the server ("
                            + problem.map(Problem::toString).orElse("error " + words[3])
                            + "). A plain server has its own programs; those of the tree are below the work directory.",
                    problem);
        }

        private static Optional<Problem> problem(String word) {
            if (word.equals("directory")) {
                return Optional.of(Problem.DIRECTORY);
            } else if (word.equals("interpreter")) {
                return Optional.of(Problem.MISSING_INTERPRETER);
            }
            return switch (Integer.parseInt(word)) {
                case NO_SUCH_FILE -> Optional.of(Problem.MISSING);
                case NO_PERMISSION -> Optional.of(Problem.NOT_EXECUTABLE);
                case NOT_A_PROGRAM -> Optional.of(Problem.WRONG_ARCHITECTURE);
                default -> Optional.empty();
            };
        }
    }

    private static byte[] unquoted(String text) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream(text.length());
        byte[] quoted = text.getBytes(StandardCharsets.ISO_8859_1);
        for (int i = 0; i < quoted.length; i++) {
            if (quoted[i] == '%') {
                bytes.write(Integer.parseInt(text.substring(i + 1, i + 3), 16));
                i += 2;
            } else {
                bytes.write(quoted[i]);
            }
        }
        return bytes.toByteArray();
    }
}
