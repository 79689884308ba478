package org.sandbox4j.local.launch;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import org.junit.jupiter.api.Assumptions;

/**
 * An overlay as an ordinary user mounts it, in which the init program runs commands. Nothing else isolates them. A
 * superuser's tests do it as a user without an account.
 */
final class UserOverlay implements AutoCloseable {
    private static final int USER_WITHOUT_ACCOUNT = 60_472;

    private final Path base;
    private final int uid;
    private final int gid;
    private final List<String> asUser;
    private String options = "userxattr,volatile";
    private List<String> beforeInit = List.of();
    private boolean moves = true;

    /** Makes the layers in an empty directory. */
    UserOverlay(Path base) throws IOException {
        this.base = base;
        int caller = (Integer) Files.getAttribute(Path.of("/proc/self"), "unix:uid");
        uid = caller == 0 ? USER_WITHOUT_ACCOUNT : caller;
        gid = caller == 0 ? uid : (Integer) Files.getAttribute(Path.of("/proc/self"), "unix:gid");
        asUser = caller == 0
                ? List.of("setpriv", "--reuid=" + uid, "--regid=" + gid, "--clear-groups", "--inh-caps=-all")
                : List.of();
        Files.setPosixFilePermissions(base, PosixFilePermissions.fromString("rwxr-xr-x"));
        for (String name : List.of("lower", "upper", "work", "merged", "plain", "home")) {
            give(Files.createDirectory(base.resolve(name)));
        }
    }

    /** Leaves renames to the kernel. */
    UserOverlay withoutMoves() {
        moves = false;
        return this;
    }

    /** Lets more than one run find what earlier ones changed. */
    UserOverlay lasting() {
        options = "userxattr";
        return this;
    }

    /** Has a program start the init program. */
    UserOverlay startedBy(String... program) {
        beforeInit = List.of(program);
        return this;
    }

    boolean isOfAnotherUser() {
        return !asUser.isEmpty();
    }

    Path lower() {
        return base.resolve("lower");
    }

    Path upper() {
        return base.resolve("upper");
    }

    Path plain() {
        return base.resolve("plain");
    }

    Path merged() {
        return base.resolve("merged");
    }

    /** Runs a script of the host's shell outside, as the user, and returns what it writes. */
    String outside(Path directory, String script, String... arguments) throws IOException {
        List<String> command = new ArrayList<>(asUser);
        command.addAll(List.of("/bin/sh", "-ec", script, "sh"));
        command.addAll(List.of(arguments));
        ProcessBuilder builder = new ProcessBuilder(command)
                .directory(directory.toFile())
                .redirectError(ProcessBuilder.Redirect.INHERIT);
        builder.environment().putAll(environment());
        Process process = builder.start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(InitProgram.waitFor(process)).as(script).isZero();
        return output;
    }

    /** Runs a command in the overlay and returns what it writes. It has to succeed. */
    String run(String... command) throws IOException {
        Launched launched = launch(process -> {}, command);
        assertThat(launched.end().exitCode())
                .as("exit code, after '%s' and '%s'", launched.stdout(), launched.stderr())
                .isZero();
        return launched.stdout();
    }

    Launched launch(Consumer<LaunchedProcess> meanwhile, String... command) throws IOException {
        Path instructions = Files.write(base.resolve("instructions"), instructions());
        List<String> all = new ArrayList<>(List.of("/bin/sh", "-c", "exec \"$@\" <\"$0\"", instructions.toString()));
        all.addAll(asUser);
        all.addAll(List.of(Descriptors.INIT_PATH, "stage"));
        all.addAll(beforeInit);
        all.add(Descriptors.INIT_PATH);
        InitPayload payload = new InitPayload(
                List.of(command),
                environment(),
                merged().toString(),
                "/usr/local/bin:/usr/bin:/bin",
                Map.of(),
                List.of(),
                InitLimits.defaults(),
                Optional.empty(),
                moves ? Set.of(InitPayload.Option.MOVES_DIRECTORIES) : Set.of());
        Launched launched = Launched.init("native", base, all, payload, meanwhile);
        Assumptions.assumeTrue(
                launched.hasStarted() || !launched.diagnostics().startsWith("sandbox-stage:"),
                "Skipped: an ordinary user cannot mount an overlay here, " + launched.diagnostics());
        return launched;
    }

    /** Removes the layers, which may be deeper than Java can go, and closed to their owner. */
    @Override
    public void close() throws IOException {
        String script = "chmod -R u+rwx \"$1/work\"; rm -rf \"$1\"/*";
        Process process = new ProcessBuilder("/bin/sh", "-c", script, "sh", base.toString())
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
        InitProgram.waitFor(process);
    }

    private Map<String, String> environment() {
        return Map.of(
                "HOME", base.resolve("home").toString(),
                "PATH", "/usr/local/bin:/usr/local/sbin:/usr/bin:/usr/sbin:/bin:/sbin",
                "LC_ALL", "C.UTF-8");
    }

    private byte[] instructions() throws IOException {
        ByteArrayOutputStream words = new ByteArrayOutputStream();
        for (String word : List.of(
                "user",
                Integer.toString(uid),
                Integer.toString(gid),
                "overlay",
                Files.getAttribute(lower(), "unix:dev").toString(),
                Files.getAttribute(lower(), "unix:ino").toString(),
                lower().toString(),
                upper().toString(),
                base.resolve("work").toString(),
                merged().toString(),
                options)) {
            words.writeBytes(word.getBytes(StandardCharsets.UTF_8));
            words.write(0);
        }
        return ByteBuffer.allocate(4 + words.size())
                .order(ByteOrder.LITTLE_ENDIAN)
                .putInt(words.size())
                .put(words.toByteArray())
                .array();
    }

    private void give(Path directory) throws IOException {
        if (isOfAnotherUser()) {
            Files.setAttribute(directory, "unix:uid", uid, LinkOption.NOFOLLOW_LINKS);
            Files.setAttribute(directory, "unix:gid", gid, LinkOption.NOFOLLOW_LINKS);
        }
    }
}
