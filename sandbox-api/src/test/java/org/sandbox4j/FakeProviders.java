package org.sandbox4j;

import java.util.EnumSet;
import java.util.Map;
import java.util.Set;
import org.sandbox4j.spi.Availability;
import org.sandbox4j.spi.SandboxConfig;
import org.sandbox4j.spi.SandboxProvider;

/** Providers for service entries, sound ones first. Those that work tell an {@link OpenRecorder} what they opened. */
public final class FakeProviders {
    private static final Set<Isolation> EVERYTHING = EnumSet.allOf(Isolation.class);

    private FakeProviders() {}

    /** The common part. */
    abstract static class Fake implements SandboxProvider {
        private final String id;
        private final int priority;
        private final Availability availability;

        Fake(String id, int priority, Availability availability) {
            this.id = id;
            this.priority = priority;
            this.availability = availability;
        }

        @Override
        public String id() {
            return id;
        }

        @Override
        public int priority() {
            return priority;
        }

        @Override
        public Availability probe() {
            return availability;
        }

        @Override
        public Sandbox open(SandboxConfig config) {
            return recorded(config, new FakeSandbox(config.root(), EVERYTHING));
        }

        FakeSandbox recorded(SandboxConfig config, FakeSandbox sandbox) {
            config.options(OpenRecorder.class).ifPresent(recorder -> recorder.add(id, config, sandbox));
            return sandbox;
        }
    }

    static Availability available(Set<Isolation> isolation) {
        return new Availability.Available("a fake", isolation);
    }

    /** Guarantees everything. */
    public static final class Strong extends Fake {
        public Strong() {
            super("strong", 100, available(EVERYTHING));
        }
    }

    /** Has the id of {@link Strong}. */
    public static final class SecondStrong extends Fake {
        public SecondStrong() {
            super("strong", 1, available(EVERYTHING));
        }
    }

    /** Guarantees the file system only. */
    public static final class Weak extends Fake {
        public Weak() {
            super("weak", 50, available(EnumSet.of(Isolation.FILESYSTEM)));
        }

        @Override
        public Sandbox open(SandboxConfig config) {
            return recorded(config, new FakeSandbox(config.root(), EnumSet.of(Isolation.FILESYSTEM)));
        }
    }

    /** Guarantees the file system only, and knows why not the limits. */
    public static final class Knowing extends Fake {
        public Knowing() {
            super(
                    "knowing",
                    40,
                    new Availability.Available(
                            "a fake",
                            EnumSet.of(Isolation.FILESYSTEM),
                            Map.of(Isolation.LIMITS, "No control group can be made. Start it in one")));
        }
    }

    /** Guarantees little, but would be preferred. */
    public static final class PreferredWeak extends Fake {
        public PreferredWeak() {
            super("preferred-weak", 500, available(EnumSet.of(Isolation.FILESYSTEM)));
        }
    }

    /** Has the priority of {@link Strong}. */
    public static final class AsStrong extends Fake {
        public AsStrong() {
            super("as-strong", 100, available(EVERYTHING));
        }
    }

    /** Has the lowest priority with which a backend is taken unnamed. */
    public static final class Last extends Fake {
        public Last() {
            super("last", 0, available(EVERYTHING));
        }
    }

    /** Is not on this host. */
    public static final class Remote extends Fake {
        public Remote() {
            super("remote", -1, available(EVERYTHING));
        }
    }

    /** Would be the best, but lacks its program. */
    public static final class Programless extends Fake {
        public Programless() {
            super(
                    "programless",
                    200,
                    new Availability.Unavailable("Program 'tool' is missing.", "Install the package tool."));
        }

        @Override
        public Sandbox open(SandboxConfig config) {
            throw new ProgramNotFoundError("tool", "Cannot open sandbox 'programless': program 'tool' is missing.");
        }
    }

    /** Is not allowed here; better than {@link Strong}, worse than {@link Programless}. */
    public static final class Forbidden extends Fake {
        public Forbidden() {
            super("forbidden", 150, new Availability.Unavailable("User namespaces are switched off", "Switch them on"));
        }

        @Override
        public Sandbox open(SandboxConfig config) {
            throw new SandboxUnavailableException("namespaces-off", "User namespaces are switched off.", null);
        }
    }

    /** Was unavailable when probed, yet opens. */
    public static final class Undecided extends Fake {
        public Undecided() {
            super("undecided", 120, new Availability.Unavailable("Out of memory.", "Try again."));
        }
    }

    /** Works only with the host name {@code right}. */
    public static final class Picky extends Fake {
        public Picky() {
            super("picky", 300, new Availability.Unavailable("The host name is wrong.", "Name it 'right'."));
        }

        @Override
        public Availability probe(SandboxConfig config) {
            return config.hostname().equals("right") ? available(EVERYTHING) : probe();
        }
    }

    /** Guarantees less once it is open than it said before. */
    public static class Braggart extends Fake {
        public Braggart() {
            super("braggart", 400, available(EVERYTHING));
        }

        @Override
        public Sandbox open(SandboxConfig config) {
            return recorded(config, new FakeSandbox(config.root(), EnumSet.of(Isolation.FILESYSTEM)));
        }
    }

    /** As {@link Braggart}; its sandbox cannot even be closed. */
    public static final class StubbornBraggart extends Braggart {
        @Override
        public Sandbox open(SandboxConfig config) {
            return new FakeSandbox(config.root(), Set.of()) {
                @Override
                public void close() {
                    throw new SandboxException("close-failed", "The scratch directory is busy.");
                }
            };
        }
    }

    /** Its probe throws, and so does its open. */
    public static final class ThrowingProbe extends Fake {
        public ThrowingProbe() {
            super("throwing-probe", 300, available(EVERYTHING));
        }

        @Override
        public Availability probe() {
            throw new IllegalStateException("probe broke", new IllegalArgumentException("deep cause"));
        }

        @Override
        public Sandbox open(SandboxConfig config) {
            throw new IllegalStateException("open broke");
        }
    }

    /** Misses a native library. */
    public static final class Libraryless extends Fake {
        public Libraryless() {
            super("libraryless", 300, available(EVERYTHING));
        }

        @Override
        public Availability probe() {
            throw new UnsatisfiedLinkError("no native in path");
        }

        @Override
        public Sandbox open(SandboxConfig config) {
            throw new UnsatisfiedLinkError("no native in path");
        }
    }

    /** Forgets to answer. */
    public static final class NullProbe extends Fake {
        public NullProbe() {
            super("null-probe", 300, available(EVERYTHING));
        }

        @Override
        public Availability probe() {
            return null;
        }

        @Override
        public Sandbox open(SandboxConfig config) {
            throw new SandboxUnavailableException("It does not work.");
        }
    }

    /** Its constructor throws. */
    public static final class ThrowingConstructor extends Fake {
        public ThrowingConstructor() {
            super("throwing-constructor", 1, available(EVERYTHING));
            throw new IllegalStateException("constructor broke");
        }
    }

    /** Its class cannot be initialised. */
    public static final class ThrowingInitialiser extends Fake {
        private static final String ID = fail();

        public ThrowingInitialiser() {
            super(ID, 1, available(EVERYTHING));
        }

        private static String fail() {
            throw new UnsatisfiedLinkError("initialiser broke");
        }
    }

    /** Has no constructor that a service needs. */
    public static final class NoDefaultConstructor extends Fake {
        public NoDefaultConstructor(String id) {
            super(id, 1, available(EVERYTHING));
        }
    }

    /** Its id throws. */
    public static final class ThrowingId extends Fake {
        public ThrowingId() {
            super("throwing-id", 1, available(EVERYTHING));
        }

        @Override
        public String id() {
            throw new IllegalStateException("id broke");
        }
    }

    /** Its priority throws. */
    public static final class ThrowingPriority extends Fake {
        public ThrowingPriority() {
            super("throwing-priority", 1, available(EVERYTHING));
        }

        @Override
        public int priority() {
            throw new IllegalStateException("priority broke");
        }
    }

    /** Has no id. */
    public static final class NullId extends Fake {
        public NullId() {
            super(null, 1, available(EVERYTHING));
        }
    }

    /** Has an empty id. */
    public static final class EmptyId extends Fake {
        public EmptyId() {
            super("", 1, available(EVERYTHING));
        }
    }

    /** Has capitals in its id. */
    public static final class UpperCaseId extends Fake {
        public UpperCaseId() {
            super("Strong", 1, available(EVERYTHING));
        }
    }

    /** Has a blank and a line feed in its id. */
    public static final class BlankId extends Fake {
        public BlankId() {
            super("str ong\n", 1, available(EVERYTHING));
        }
    }

    /** Has a hyphen that joins nothing. */
    public static final class HyphenId extends Fake {
        public HyphenId() {
            super("strong-", 1, available(EVERYTHING));
        }
    }
}
