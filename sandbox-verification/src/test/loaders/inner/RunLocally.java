import java.nio.file.Path;
import java.util.List;
import org.sandbox4j.Sandbox;
import org.sandbox4j.SandboxCommand;
import org.sandbox4j.SandboxFlags;
import org.sandbox4j.SandboxProcess;

/** Runs commands with each backend of this host and each launcher, and closes what it has opened. */
public class RunLocally {
    public static void use(String directory) throws Exception {
        for (String launcher : List.of("native", "process")) {
            System.setProperty("sandbox4j.launcher", launcher);
            for (String backend : List.of("bwrap", "chroot")) {
                run(Path.of(directory, backend + "-" + launcher), backend);
            }
        }
    }

    private static void run(Path directory, String backend) throws Exception {
        try (Sandbox sandbox =
                Sandbox.builder(directory).backend(backend).hostSystem().open()) {
            if (sandbox.run(List.of("true"), SandboxFlags.ROOT_READ_ONLY) != 0) {
                throw new IllegalStateException("true failed");
            }
            sandbox.execute(SandboxCommand.of("sh", "-c", "echo written > /file"));
            try (SandboxProcess process = sandbox.start(SandboxCommand.of("cat"))) {
                process.stdin().write('x');
                process.stdin().flush();
                process.stdout().read();
            }
        }
    }
}
