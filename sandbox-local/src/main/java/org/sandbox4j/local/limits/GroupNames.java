package org.sandbox4j.local.limits;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongFunction;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Names groups after the JVM that made them, so that a later one can tell what is left over. Thread-safe. */
final class GroupNames {
    private static final Pattern NAME = Pattern.compile("sandbox4j-(\\d{1,10})-(\\d{1,18})-\\d+");
    /** Field 22 of proc(5)'s stat, counted from behind the name of the program, which may contain anything. */
    private static final int START_TIME = 19;

    private final long pid;
    private final String startTime;
    private final LongFunction<Optional<String>> startTimes;
    private final AtomicLong numbers = new AtomicLong();

    /**
     * Names groups of one process.
     *
     * @param startTimes when a process was started, empty if there is none
     */
    GroupNames(long pid, LongFunction<Optional<String>> startTimes) {
        this.pid = pid;
        this.startTimes = startTimes;
        startTime = startTimes.apply(pid).orElse("0");
    }

    static GroupNames ofThisProcess(GroupFiles files) {
        return new GroupNames(ProcessHandle.current().pid(), pid -> startTime(files, pid));
    }

    String next() {
        return "sandbox4j-" + pid + "-" + startTime + "-" + numbers.incrementAndGet();
    }

    /** Tells whether it is a group of ours whose JVM is gone. */
    boolean isLeftOver(String name) {
        Matcher matcher = NAME.matcher(name);
        return matcher.matches()
                && !startTimes.apply(Long.parseLong(matcher.group(1))).equals(Optional.of(matcher.group(2)));
    }

    private static Optional<String> startTime(GroupFiles files, long pid) {
        try {
            String status = files.read(Path.of("/proc/" + pid + "/stat"));
            String[] fields = status.substring(status.lastIndexOf(')') + 2).split(" ", -1);
            return Optional.of(fields[START_TIME]);
        } catch (IOException | IndexOutOfBoundsException e) {
            return Optional.empty();
        }
    }
}
