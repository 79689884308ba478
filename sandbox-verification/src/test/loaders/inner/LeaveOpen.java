import java.nio.file.Path;
import org.sandbox4j.Sandbox;
import org.sandbox4j.SandboxCommand;

/** Starts a command in a new sandbox, and leaves both as they are. */
public class LeaveOpen {
    /** What: backend, launcher, the number that tells the command from others, and the directory. */
    public static void use(String what) throws Exception {
        String[] parts = what.split(",", 4);
        System.setProperty("sandbox4j.launcher", parts[1]);
        Sandbox sandbox =
                Sandbox.builder(Path.of(parts[3])).backend(parts[0]).hostSystem().open();
        sandbox.start(SandboxCommand.of("sleep", parts[2]));
    }
}
