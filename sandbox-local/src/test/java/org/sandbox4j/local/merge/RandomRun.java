package org.sandbox4j.local.merge;

import java.util.List;
import java.util.Random;
import java.util.function.Supplier;

/** Makes scripts of random operations on few names, so that they meet. What fails is passed over. */
final class RandomRun {
    private static final List<String> NAMES = List.of("a", "b", "c", "\"d d\"", "\"$W\"");
    private static final int DEEPEST = 3;

    private final Random random;
    private final Caller caller;

    RandomRun(long seed, Caller caller) {
        random = new Random(seed);
        this.caller = caller;
    }

    private static final String HEAD = """
            W=$(printf '\\377\\001')
            new_dir() { mkdir -p "$1"; }
            new_file() { [ -d "$1" ] || echo "$2" >"$1"; }
            append() { [ -f "$1" ] && [ ! -L "$1" ] && echo "$2" >>"$1"; }
            shorten() { [ -f "$1" ] && [ ! -L "$1" ] && truncate -s $2 "$1"; }
            mode() { [ -L "$1" ] || chmod $2 "$1"; }
            rename() { if [ $DIRECTORIES = yes ] || [ -L "$1" ] || [ ! -d "$1" ]; then mv -fT "$1" "$2"; fi; }
            exec 2>/dev/null
            """;

    /** A tree, in which some files have names in a cache, too, and, for the superuser, in the tree. */
    String setup() {
        StringBuilder script = new StringBuilder(HEAD).append("mkdir ../cache\n");
        int links = 0;
        for (int i = 0; i < 25; i++) {
            String path = path();
            switch (random.nextInt(6)) {
                case 0, 1 -> script.append("new_dir " + path);
                case 2, 3 -> script.append("mkdir -p \"$(dirname " + path + ")\"; new_file " + path + " old" + i);
                case 4 -> {
                    String cached = "../cache/" + links++;
                    script.append("mkdir -p \"$(dirname " + path + ")\"; echo " + i + " >" + cached + "; ln " + cached
                            + " " + path);
                    if (caller == Caller.ROOT && random.nextBoolean()) {
                        script.append("; ln " + cached + " " + path());
                    }
                }
                default -> script.append("ln -s " + path() + " " + path);
            }
            script.append('\n');
        }
        return script + "find . ../cache -depth -exec touch -h -d '2001-01-01 01:02:03.123456789' {} +\n:";
    }

    String script() {
        StringBuilder script =
                new StringBuilder("DIRECTORIES=" + (caller == Caller.ROOT ? "yes" : "no") + "\n").append(HEAD);
        int operations = 10 + random.nextInt(30);
        for (int i = 0; i < operations; i++) {
            script.append(operation(i)).append('\n');
        }
        return script + ":";
    }

    private String operation(int number) {
        List<Supplier<String>> operations = List.of(
                () -> "new_dir " + path(),
                () -> "new_file " + path() + " new" + number,
                () -> "append " + path() + " more" + number,
                () -> "shorten " + path() + " " + random.nextInt(10),
                () -> "mode " + path() + " " + pick("700", "755", "2711", "1777", "600", "4755"),
                () -> "touch -h -d '2001-02-03 04:05:" + (10 + random.nextInt(49)) + ".000000" + random.nextInt(1000)
                        + "' " + path(),
                () -> "rm -rf " + path(),
                () -> "rm -f " + path(),
                () -> "rmdir " + path(),
                () -> "rename " + path() + " " + path(),
                () -> "rename " + path() + " " + path(),
                () -> "rename " + path() + " " + path(),
                () -> "ln -T " + path() + " " + path(),
                () -> "ln -fT " + path() + " " + path(),
                () -> "ln -sT " + path() + " " + path(),
                () -> "mkfifo " + path(),
                () -> "rm -rf " + NAMES.get(0) + "/b; mkdir a/b",
                () -> "setfattr -n user.x" + random.nextInt(2) + " -v " + number + " " + path(),
                () -> caller == Caller.ROOT
                        ? "chown -h " + random.nextInt(5) + ":" + random.nextInt(5) + " " + path()
                        : ":");
        return operations.get(random.nextInt(operations.size())).get();
    }

    private String pick(String... choices) {
        return choices[random.nextInt(choices.length)];
    }

    private String path() {
        StringBuilder path = new StringBuilder(name());
        for (int depth = random.nextInt(DEEPEST); depth > 0; depth--) {
            path.append('/').append(name());
        }
        return path.toString();
    }

    private String name() {
        return NAMES.get(random.nextInt(NAMES.size()));
    }
}
