package org.sandbox4j.bwrap;

import static org.sandbox4j.bwrap.DelegatingSandbox.changingCommands;
import static org.sandbox4j.bwrap.DelegatingSandbox.changingResults;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.Set;
import java.util.function.IntFunction;
import java.util.function.UnaryOperator;
import org.sandbox4j.CapturedOutput;
import org.sandbox4j.ResourceLimits;
import org.sandbox4j.Sandbox;
import org.sandbox4j.SandboxCommand;
import org.sandbox4j.SandboxFlags;
import org.sandbox4j.SandboxResult;
import org.sandbox4j.SandboxUnsupportedException;
import org.sandbox4j.Stdio;
import org.sandbox4j.Termination;

/** One thing that a backend might do wrong, the check that has to find it, and words of the message it has to find it with. */
@SuppressWarnings("ImmutableEnumChecker") // The functions keep nothing.
enum Defect {
    RELATIVE_DIRECTORY(
            "rule01_directory_isAbsoluteExistsAndStaysTheSame",
            "to be an absolute path",
            BrokenSandboxes.RelativeDirectory::new),
    LEAVES_DEV_BEHIND(
            "rule03_missingMountPoints_areRemovedAfterAnyEnd", "made /dev", BrokenSandboxes.LeavesDevBehind::new),
    KEEPS_SCRATCH("rule04_close_keepsTheRootAndRemovesScratch", "scratch", BrokenSandboxes.KeepsScratch::new),
    KEEPS_TMP(
            "rule05_tmp_isFreshInEveryRun",
            "of-an-earlier-run",
            real -> through(real, "> /tmp/of-an-earlier-run; exec \"$@\"")),
    FORGETS_PWD("rule10_environment_isWhatWasSetAndPwd", "\"PWD=/\"", real -> through(real, "exec env -u PWD \"$@\"")),
    MERGES_ENVIRONMENTS("rule11_environmentOfARun_replaces", "\"B=sandbox\"", BrokenSandboxes.MergesEnvironments::new),
    LOSES_NEWLINES(
            "rule13_values_arriveUnchanged",
            "NEWLINES",
            real -> changingCommands(real, BrokenSandboxes::flattenValues)),
    SHOWS_VALUES("rule14_whileACommandStarts_valuesAreInNoProcessList", "secret-", BrokenSandboxes.ShowsValues::new),
    REMOVES_WORK_DIRECTORY(
            "rule22_missingDirectory_isMadeAndStays", "/new/a/b", BrokenSandboxes.RemovesWorkDirectory::new),
    FALLS_BACK_TO_THE_ROOT(
            "rule23_file_isRefusedAndNothingChanged", "work directory /file", BrokenSandboxes.FallsBackToTheRoot::new),
    IGNORES_READ_ONLY(
            "rule31_writes_fail", "succeeded: echo x > /etc/file", real -> without(real, SandboxFlags.ROOT_READ_ONLY)),
    FORGETS_MARKS(
            "rule31_markedDirectory_isWritableUnderAReadOnlyRoot",
            "Read-only file system",
            BrokenSandboxes.ForgetsMarks::new),
    FORGETS_THAT_MARKS_ARE_ARTIFACTS(
            "rule32_everyWayToChange_leavesTheCacheAlone", "the cache after", BrokenSandboxes.ForgetsArtifacts::new),
    TOUCHES_WHAT_IS_STAGED(
            "rule33_everyWayToChange_leavesTheCacheAlone", "the cache after", BrokenSandboxes.TouchesStagedFiles::new),
    RESOLVES_LINKS(
            "rule34_symbolicLinks_readBackAsTheyAre",
            "/etc/passwd",
            real -> before(real, "for l in sh*; do t=$(readlink $l); rm $l; ln -s /$t $l; done")),
    SEPARATES_HARD_LINKS(
            "rule34_hardLinksMadeInside_stayLinked",
            "a and d/b are one file",
            real -> after(real, "cp d/b x; mv x d/b")),
    COPIES_WHAT_IS_LINKED(
            "rule34_changedFile_keepsItsInodeNumber",
            "is another file than",
            real -> through(real, "ln() { cp $1 $2; }; eval \"$3\"")),
    LOSES_ATTRIBUTES(
            "rule34_extendedAttributes_areKept",
            "attributes of staged",
            real -> after(real, "cp staged x; mv x staged")),
    HAS_NO_UNNAMED_FILES(
            "rule34_unnamedFiles_work", "Exited[code=95]", real -> ending(real, code -> new Termination.Exited(95))),
    FILLS_HOLES(
            "rule34_allocationAndHoles_areKept", "blocks of 512 bytes", real -> after(real, "cat new > x; mv x new")),
    DECODES_NAMES(
            "rule34_namesThatAreNotUtf8_work",
            "3f3f",
            real -> after(
                    real, "for f in *; do mv \"$f\" \"$(printf %s \"$f\" | tr '\\376\\377' '??')\"; done 2>/dev/null")),
    SHOWS_READERS_THE_PAST(
            "rule34_openReaders_seeWhatIsWritten", "but was", real -> changingResults(real, Defect::hideSecondLine)),
    CANNOT_RENAME_DIRECTORIES(
            "rule34_directories_canBeRenamed",
            "Exited[code=18]",
            real -> ending(real, code -> new Termination.Exited(18))),
    KEEPS_OLD_ENTRIES("rule34_entries_canBeReplacedByOtherTypes", "dir3", real -> after(real, "mkdir -p dir3/in")),
    FORGETS_TIMES("rule34_modesAndTimes_areKept", "1970-01-01T00:16:40Z", real -> after(real, "touch dir")),
    ALWAYS_HAS_NETWORK("rule40_notEnabled_theHostIsNotReached", "greetings from the host", Defect::withNetwork),
    HAS_PIPES_FOR_A_TERMINAL("rule41_terminal_isOne", "not a tty", real -> through(real, "cat | \"$@\" | cat")),
    MERGES_STDERR_INTO_THE_TERMINAL(
            "rule41_redirectedStderr_isNotTheTerminal", "standard error", real -> through(real, "exec \"$@\" 2>&1")),
    LOSES_KEYS(
            "rule41_keys_reachTheCommand",
            "got ",
            real -> through(real, "exec 3<&0; \"$@\" < /dev/null; head -n 1 <&3 > /dev/null")),
    GIVES_THE_TERMINAL_TO_NOBODY(
            "rule41_terminal_belongsToTheUser",
            "standard output",
            real -> changingResults(real, Defect::disownTerminal)),
    IGNORES_INTERRUPT_KEYS(
            "rule41_interruptKey_interruptsTheCommand",
            "the end of a command",
            real -> through(real, "trap '' INT; exec \"$@\"")),
    HAS_NO_JOB_CONTROL("rule41_shell_hasJobControl", "Stopped", real -> through(real, "stty susp undef; exec \"$@\"")),
    IGNORES_RESIZING("rule41_resize_reachesTheCommand", "43 132", BrokenProcess::breaking),
    PRETENDS_TO_RESIZE("rule41_resizeWithoutTerminal_isRefused", "Expecting code to raise", BrokenProcess::breaking),
    NEVER_ENDS_INPUT(
            "rule41_endOfInput_endsEveryReader", "TimedOut", real -> through(real, "stty eof undef; exec \"$@\"")),
    DROPS_LAST_SHOWN("rule41_output_isComplete", "end", real -> changingResults(real, Defect::cut)),
    STRIPS_EIGHTH_BIT("rule41_rawInput_isUnchanged", "on a terminal that shows", BrokenProcess::breaking),
    GIVES_UP_ON_UNREAD_KEYS(
            "rule41_keysThatAreNotRead_doNoHarm",
            "Signalled",
            real -> ending(real, code -> new Termination.Signalled(13))),
    LEAKS_A_BACKGROUND_PROCESS(
            "rule53_backgroundProcessOnTheTerminal_isGone", "still alive", BrokenSandboxes.LeaksAProcess::new),
    SHOWS_A_DISK(
            "rule44_terminal_addsTheSandboxsOwnTerminalsOnly", "sda", real -> changingResults(real, Defect::addDisk)),
    HAS_TERMINALS_FOR_TERMINALS_ALONE(
            "rule44_dev_holdsExactlyWhatTheContractSays", "ptmx", real -> without(real, SandboxFlags.INTERACTIVE)),
    CANNOT_MAKE_TERMINALS(
            "rule44_interactive_canMakeTerminals",
            "can't create /dev/ptmx",
            real -> without(real, SandboxFlags.INTERACTIVE)),
    ALWAYS_HAS_INPUT("rule42_notInteractive_inputIsEmpty", "standard output <>", Defect::withInput),
    MASKS_THE_EXIT_CODE(
            "rule50_everyExitCode_comesBack",
            "code=128",
            real -> ending(real, code -> new Termination.Exited(code & 0x7f))),
    GUESSES_SIGNALS(
            "rule50_exitCodeOfAKilledChild_isAnExitCode", "Signalled[signal=9]", real -> ending(real, Defect::guess)),
    CALLS_A_MISSING_COMMAND_127(
            "rule52_missing_isSaid", "no-such-command", BrokenSandboxes.CallsAMissingCommand127::new),
    LEAKS_A_PROCESS("rule53_daemon_isGoneWhenTheRunReturns", "still alive", BrokenSandboxes.LeaksAProcess::new),
    IGNORES_TIMEOUTS("rule54_timeout_leavesNothing", "TimedOut", BrokenSandboxes.IgnoresTimeouts::new),
    FORGETS_LIMITS(
            "limits_required_holdAndAreNamedOrRefused",
            "WALL_TIME",
            real -> changingCommands(
                    real,
                    command -> command.toBuilder()
                            .limits(ResourceLimits.none())
                            .timeout(Duration.ofSeconds(1))
                            .build())),
    HIDES_THE_LIMIT(
            "limits_ofACommand_replaceThoseOfTheSandbox",
            "with the sandbox's limits",
            real -> changingResults(real, Defect::hideLimit)),
    COUNTS_ITS_OWN_PROCESSES("limits_notReached_changeNothing", "Signalled[signal=9]", Defect::killedByLimits),
    REFUSES_WISHES(
            "limits_bestEffort_areNeverRefused", "BEST_EFFORT", real -> changingCommands(real, Defect::refuseLimits)),
    SWALLOWS_INTERRUPTS(
            "rule56_interruptBeforeTheRun_throws", "interrupted before", BrokenSandboxes.SwallowsInterrupts::new),
    RUNS_BATCHES_APART("rule60_commands_runInOrderWithOneTmp", "one", BrokenSandboxes.RunsBatchesApart::new),
    KEEPS_WHAT_FAILED("rule61_failingCommand_leavesTheRoot", "changed /artifact", Defect::forgettingRollback),
    KEEPS_WHAT_WAS_KILLED("rule61_killedCommand_leavesTheRoot", "changed /artifact", Defect::forgettingRollback),
    THROWS_AWAY_WHAT_SUCCEEDED(
            "rule61_succeedingCommand_keepsItsChanges", "contentx", BrokenSandboxes.RollsBackAlways::new),
    ROLLS_BACK_THE_BATCH(
            "rule61_batch_leavesOutTheFailingCommandAlone", "not expected", BrokenSandboxes.RollsBackAlways::new),
    SWAPS_STREAMS(
            "rule70_bothStreams_areCompleteAndApart",
            "standard output <out",
            real -> changingResults(real, Defect::swap)),
    DROPS_LAST_BYTES(
            "rule70_everyByte_comesThrough", "differs from byte 65533 on", real -> changingResults(real, Defect::cut)),
    HIDES_TRUNCATION(
            "rule71_fullCapture_goesOnDraining", "to be true", real -> changingResults(real, Defect::hideTruncation)),
    HANDS_IN_A_DESCRIPTOR(
            "rule72_descriptors_areThreePipes", "\"5\"", real -> through(real, "exec 5< /bin/busybox; exec \"$@\"")),
    LOSES_EMPTY_ARGUMENTS(
            "rule80_arguments_arriveUnchanged",
            "standard output",
            real -> changingCommands(real, BrokenSandboxes::dropEmpty)),
    SHARES_THE_WORK_DIRECTORY("rule90_runsAtOnce_doNotMix", "/work", BrokenSandboxes.SharesTheWorkDirectory::new),
    LEAKS_DESCRIPTORS("rule91_manyRuns_leakNothing", "descriptors grew", BrokenSandboxes.LeaksDescriptors::new),
    FOLLOWS_LINKS_ON_THE_HOST(
            "rule100_linksAtTheWorkDirectory_doNotLeadOutside",
            "outside, with",
            BrokenSandboxes.FollowsLinksOnTheHost::new),
    REMOVES_WHAT_IS_CALLED_SCRATCH(
            "rule101_scratchThatWasReplaced_staysAtClose",
            "a file of the caller's",
            BrokenSandboxes.RemovesWhatIsCalledScratch::new);

    private final String check;
    private final String symptom;
    private final UnaryOperator<Sandbox> breaking;

    Defect(String check, String symptom, UnaryOperator<Sandbox> breaking) {
        this.check = check;
        this.symptom = symptom;
        this.breaking = breaking;
    }

    String check() {
        return check;
    }

    String symptom() {
        return symptom;
    }

    Sandbox breaking(Sandbox real) {
        return breaking.apply(real);
    }

    private static Sandbox through(Sandbox real, String script) {
        return changingCommands(real, command -> BrokenSandboxes.through(command, script));
    }

    /** Does something in the work directory before the command. */
    private static Sandbox before(Sandbox real, String script) {
        return through(real, script + "; exec \"$@\"");
    }

    /** Does something in the work directory after the command. */
    private static Sandbox after(Sandbox real, String script) {
        return through(real, "\"$@\"; code=$?; " + script + "; exit $code");
    }

    private static Sandbox forgettingRollback(Sandbox real) {
        return changingCommands(real, BrokenSandboxes::withoutRollback);
    }

    private static Sandbox without(Sandbox real, SandboxFlags flag) {
        return changingCommands(real, command -> {
            Set<SandboxFlags> flags = EnumSet.noneOf(SandboxFlags.class);
            flags.addAll(command.flags());
            flags.remove(flag);
            return command.toBuilder().flags(flags).build();
        });
    }

    private static Sandbox withNetwork(Sandbox real) {
        return changingCommands(real, command -> {
            Set<SandboxFlags> flags = EnumSet.of(SandboxFlags.NETWORK_ENABLED);
            flags.addAll(command.flags());
            return command.toBuilder().flags(flags).build();
        });
    }

    private static Sandbox withInput(Sandbox real) {
        return changingCommands(real, command -> {
            Stdio input = command.stdin().orElseGet(() -> Stdio.bytes(new byte[] {'x'}));
            return command.toBuilder().stdin(input).build();
        });
    }

    private static Sandbox ending(Sandbox real, IntFunction<Termination> change) {
        return changingResults(
                real,
                result -> result.termination() instanceof Termination.Exited exited
                        ? BrokenSandboxes.with(result, change.apply(exited.code()))
                        : result);
    }

    private static Termination guess(int code) {
        return code > 128 ? new Termination.Signalled(code - 128) : new Termination.Exited(code);
    }

    private static SandboxResult hideLimit(SandboxResult result) {
        return result.termination() instanceof Termination.LimitExceeded
                ? BrokenSandboxes.with(result, new Termination.Signalled(9))
                : result;
    }

    private static Sandbox killedByLimits(Sandbox real) {
        return new DelegatingSandbox(real) {
            @Override
            SandboxResult after(SandboxCommand command, SandboxResult result) {
                return command.limits().isPresent()
                        ? BrokenSandboxes.with(result, new Termination.Signalled(9))
                        : result;
            }
        };
    }

    private static SandboxCommand refuseLimits(SandboxCommand command) {
        if (command.limits().isPresent()) {
            throw new SandboxUnsupportedException(
                    "Cannot enforce " + command.limits().get());
        }
        return command;
    }

    private static SandboxResult swap(SandboxResult result) {
        return SandboxResult.of(result.termination(), result.stderr(), result.stdout(), result.usage());
    }

    private static SandboxResult cut(SandboxResult result) {
        byte[] bytes = result.stdout().bytes();
        return withStdout(result, Arrays.copyOf(bytes, Math.max(0, bytes.length - 3)));
    }

    private static SandboxResult addDisk(SandboxResult result) {
        return withStdout(result, (result.stdout().text() + "sda\n").getBytes(StandardCharsets.US_ASCII));
    }

    private static SandboxResult hideSecondLine(SandboxResult result) {
        return withStdout(result, result.stdout().text().replace("2\n", "").getBytes(StandardCharsets.US_ASCII));
    }

    private static SandboxResult disownTerminal(SandboxResult result) {
        return withStdout(result, result.stdout().text().replace("1234", "0").getBytes(StandardCharsets.US_ASCII));
    }

    private static SandboxResult hideTruncation(SandboxResult result) {
        return withStdout(result, result.stdout().bytes());
    }

    private static SandboxResult withStdout(SandboxResult result, byte[] bytes) {
        CapturedOutput stdout = CapturedOutput.of(bytes, bytes.length);
        return SandboxResult.of(result.termination(), stdout, result.stderr(), result.usage());
    }
}
