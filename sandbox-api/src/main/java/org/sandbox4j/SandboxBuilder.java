package org.sandbox4j;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.sandbox4j.spi.HostBind;
import org.sandbox4j.spi.SandboxConfig;
import org.sandbox4j.spi.SandboxValues;

/**
 * Collects what a sandbox is to be, checks each value at once, and {@linkplain #open() opens} it. Not safe for use by
 * several threads. A value that is set again replaces the earlier one; binds and requirements add up.
 */
public final class SandboxBuilder {
    /** The system property that names the backend for builders that name none. */
    public static final String BACKEND_PROPERTY = "sandbox4j.backend";

    private static final Pattern HOSTNAME = Pattern.compile("[A-Za-z0-9]([A-Za-z0-9.-]{0,62}[A-Za-z0-9])?");

    private final Path directory;
    private final EnumSet<Isolation> required = EnumSet.noneOf(Isolation.class);
    private final List<HostBind> binds = new ArrayList<>();
    private final List<BackendOptions> options = new ArrayList<>();
    private @Nullable String backend;
    private @Nullable ClassLoader classLoader;
    private int buildUid;
    private int buildGid;
    private String hostname = "sandbox";
    private boolean hostSystem;
    private Stdio stdin = Stdio.inherit();
    private Stdio stdout = Stdio.inherit();
    private Stdio stderr = Stdio.inherit();
    private ResourceLimits limits = ResourceLimits.none();
    private @Nullable SeccompProfile seccomp;
    private ArtifactProtection artifactProtection = ArtifactProtection.AUTO;
    private Personality personality = Personality.NATIVE;

    SandboxBuilder(Path directory) {
        this.directory = directory.toAbsolutePath().normalize();
        if (this.directory.getNameCount() == 0) {
            throw new IllegalArgumentException(
                    "The file system's root cannot hold a sandbox. Give a directory of its own.");
        }
    }

    /**
     * Names the backend. Default: the property {@value #BACKEND_PROPERTY}, else the best local one that is available and
     * guarantees what is {@linkplain #require(Isolation...) required}.
     *
     * @param id the id of a provider, for example {@code "bwrap"}
     * @return this builder
     * @throws IllegalArgumentException if the id is empty
     */
    public SandboxBuilder backend(String id) {
        if (id.isEmpty()) {
            throw new IllegalArgumentException("The id of a backend must not be empty. Leave it out for the best one.");
        }
        backend = id;
        return this;
    }

    /**
     * Asks for guarantees. A backend that lacks one is not taken, and an open that no backend can satisfy fails. Default:
     * none beyond what the backend guarantees anyway.
     *
     * @param guarantees what the sandbox must guarantee
     * @return this builder
     */
    public SandboxBuilder require(Isolation... guarantees) {
        required.addAll(List.of(guarantees));
        return this;
    }

    /**
     * Sets where backends are looked for. Default: the thread's context class loader, then the one of this class.
     *
     * @param classLoader the class loader that sees the backends
     * @return this builder
     */
    public SandboxBuilder classLoader(ClassLoader classLoader) {
        this.classLoader = Objects.requireNonNull(classLoader, "classLoader");
        return this;
    }

    /**
     * Sets the user that commands run as. Default: 0, which has no powers in the sandbox or on the host.
     *
     * @param uid a uid inside the sandbox, 0 or more
     * @return this builder
     * @throws IllegalArgumentException if it is negative
     */
    public SandboxBuilder buildUid(int uid) {
        buildUid = checkedId(uid, "buildUid");
        return this;
    }

    /**
     * Sets the group that commands run as. Default: 0.
     *
     * @param gid a gid inside the sandbox, 0 or more
     * @return this builder
     * @throws IllegalArgumentException if it is negative
     */
    public SandboxBuilder buildGid(int gid) {
        buildGid = checkedId(gid, "buildGid");
        return this;
    }

    /**
     * Sets the host name that commands see. Default: {@code sandbox}.
     *
     * @param hostname 1 to 64 letters, digits, dots and hyphens
     * @return this builder
     * @throws IllegalArgumentException if it is not a host name
     */
    public SandboxBuilder hostname(String hostname) {
        if (!HOSTNAME.matcher(hostname).matches()) {
            throw new IllegalArgumentException(
                    "'" + hostname
                            + "' is no host name: it must have 1 to 64 letters, digits, dots and hyphens, the first and last no dot or hyphen.");
        }
        this.hostname = hostname;
        return this;
    }

    /**
     * Lets commands see a file or directory of the host, read-only.
     *
     * @param host an existing file or directory of the host
     * @param target an absolute path inside the sandbox where it appears
     * @return this builder
     * @throws IllegalArgumentException if the target is relative, {@code /}, or has a {@code ..}
     */
    public SandboxBuilder bind(Path host, String target) {
        binds.add(new HostBind(host.toAbsolutePath().normalize(), target, false));
        return this;
    }

    /**
     * Lets commands see and change a file or directory of the host.
     *
     * @param host an existing file or directory of the host
     * @param target an absolute path inside the sandbox where it appears
     * @return this builder
     * @throws IllegalArgumentException if the target is relative, {@code /}, or has a {@code ..}
     */
    public SandboxBuilder bindWritable(Path host, String target) {
        binds.add(new HostBind(host.toAbsolutePath().normalize(), target, true));
        return this;
    }

    /**
     * Lets commands use the host's programs: {@code /usr}, {@code /bin}, {@code /sbin}, {@code /lib*}, and what of
     * {@code /etc} these reach, all read-only, and none of it secret. Files of the sandbox's own say who and where commands are:
     * {@code passwd}, {@code group}, {@code hosts} and {@code nsswitch.conf}, with {@code NETWORK_ENABLED} the host's
     * {@code resolv.conf}; what the root or a bind has there stays. Default: commands see the staged root alone.
     *
     * @return this builder
     */
    public SandboxBuilder hostSystem() {
        hostSystem = true;
        return this;
    }

    /**
     * Sets the standard output of {@code run}. Default: {@link Stdio#inherit()}.
     *
     * @param stdout a target; a capture or a pipe cannot be read by anybody and is refused
     * @return this builder
     * @throws IllegalArgumentException if it is not a target of {@code run}
     */
    public SandboxBuilder stdout(Stdio stdout) {
        this.stdout = runTarget(stdout);
        return this;
    }

    /**
     * Sets the standard error of {@code run}. Default: {@link Stdio#inherit()}.
     *
     * @param stderr a target; a capture or a pipe cannot be read by anybody and is refused
     * @return this builder
     * @throws IllegalArgumentException if it is not a target of {@code run}
     */
    public SandboxBuilder stderr(Stdio stderr) {
        this.stderr = runTarget(stderr);
        return this;
    }

    /**
     * Sets the standard input of runs with {@link SandboxFlags#INTERACTIVE}. The input of other runs is empty unless their
     * command names one. Default: {@link Stdio#inherit()}.
     *
     * @param stdin a source
     * @return this builder
     * @throws IllegalArgumentException if it is not a source
     */
    public SandboxBuilder stdin(Stdio stdin) {
        if (stdin instanceof Stdio.Pipe) {
            throw new IllegalArgumentException(
                    "A pipe belongs to one process. Give it to the SandboxCommand of start().");
        }
        this.stdin = SandboxValues.source(stdin);
        return this;
    }

    /**
     * Sets the limits of commands that have none of their own. Default: none.
     *
     * @param limits the limits
     * @return this builder
     */
    public SandboxBuilder limits(ResourceLimits limits) {
        this.limits = Objects.requireNonNull(limits, "limits");
        return this;
    }

    /**
     * Sets which system calls commands are refused. A backend that cannot load the profile refuses to open. Default: the
     * strongest of {@link SeccompProfile#STANDARD} and {@link SeccompProfile#NONE} that the backend can load;
     * {@link Sandbox#isolation()} tells which it was.
     *
     * @param profile the profile
     * @return this builder
     */
    public SandboxBuilder seccomp(SeccompProfile profile) {
        seccomp = Objects.requireNonNull(profile, "profile");
        return this;
    }

    /**
     * Sets how files that are hard-linked from outside are protected in a writable root and in directories marked with
     * {@code artifact = true}. Backends that work on a copy of the root ignore it. Default: {@link ArtifactProtection#AUTO}.
     *
     * @param protection the way
     * @return this builder
     */
    public SandboxBuilder artifactProtection(ArtifactProtection protection) {
        artifactProtection = Objects.requireNonNull(protection, "protection");
        return this;
    }

    /**
     * Sets which machine commands believe to run on. A backend that cannot set it refuses to open. Default:
     * {@link Personality#NATIVE}.
     *
     * @param personality the machine
     * @return this builder
     */
    public SandboxBuilder personality(Personality personality) {
        this.personality = Objects.requireNonNull(personality, "personality");
        return this;
    }

    /**
     * Adds options of one backend. Other backends ignore them.
     *
     * @param options the options
     * @return this builder
     */
    public SandboxBuilder with(BackendOptions options) {
        this.options.add(Objects.requireNonNull(options, "options"));
        return this;
    }

    /**
     * Opens the sandbox: chooses the backend, makes the directories.
     *
     * @return the sandbox; close it
     * @throws SandboxUnavailableException if no backend, or not the one named, can be used here with what is required; the
     *     message lists each with its reason and remedy
     * @throws ProgramNotFoundError if the cause is a missing program of the host
     * @throws SandboxSetupException if the directories cannot be made
     * @throws SandboxUnsupportedException if the backend cannot do what was asked
     */
    public Sandbox open() {
        String name = backend == null ? System.getProperty(BACKEND_PROPERTY) : backend;
        ProviderCatalog catalog = classLoader == null ? ProviderCatalog.load() : ProviderCatalog.load(classLoader);
        return new BackendChoice(catalog, snapshot()).open(name == null || name.isEmpty() ? null : name);
    }

    private SandboxConfig snapshot() {
        return new BuiltConfig(
                directory,
                buildUid,
                buildGid,
                hostname,
                List.copyOf(binds),
                hostSystem,
                stdin,
                stdout,
                stderr,
                limits,
                Optional.ofNullable(seccomp),
                artifactProtection,
                personality,
                Set.copyOf(required),
                List.copyOf(options));
    }

    private static int checkedId(int id, String what) {
        if (id < 0) {
            throw new IllegalArgumentException(what + " must be 0 or more, not " + id + ".");
        }
        return id;
    }

    private static Stdio runTarget(Stdio target) {
        if (target instanceof Stdio.Capture || target instanceof Stdio.Pipe) {
            throw new IllegalArgumentException(
                    "run() has nobody to read from " + target
                            + ". Use execute() or start() for captured output, or Stdio.to, file, append, inherit or discard here.");
        }
        return SandboxValues.target(target);
    }

    private record BuiltConfig(
            Path directory,
            int buildUid,
            int buildGid,
            String hostname,
            List<HostBind> binds,
            boolean hostSystem,
            Stdio stdin,
            Stdio stdout,
            Stdio stderr,
            ResourceLimits limits,
            Optional<SeccompProfile> seccomp,
            ArtifactProtection artifactProtection,
            Personality personality,
            Set<Isolation> required,
            List<BackendOptions> options)
            implements SandboxConfig {
        @Override
        public <O extends BackendOptions> Optional<O> options(Class<O> type) {
            return options.stream().filter(type::isInstance).map(type::cast).reduce((earlier, later) -> later);
        }
    }
}
