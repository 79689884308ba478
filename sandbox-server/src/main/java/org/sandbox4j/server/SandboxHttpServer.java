package org.sandbox4j.server;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Clock;
import java.time.Duration;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import org.sandbox4j.Isolation;
import org.sandbox4j.Sandbox;
import org.sandbox4j.SandboxBuilder;
import org.sandbox4j.SandboxUnavailableException;
import org.sandbox4j.spi.DetachedThread;
import org.sandbox4j.spi.ShutdownTasks;
import org.sandbox4j.spi.files.OwnedFile;
import org.sandbox4j.spi.files.PrivateDirectory;
import org.sandbox4j.spi.files.TreeRemoval;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A sandbox server: takes commands over HTTP and runs each request in a fresh sandbox of this host.
 *
 * <p>Made with {@link #builder()}. It speaks the protocol of PremierLangage's sandbox servers, with extensions; see
 * {@code docs/server.md}. Safe for use by several threads.
 */
public final class SandboxHttpServer implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(SandboxHttpServer.class);

    /** For requests that are sent or answered, beside those that run or wait for that. */
    private static final int FURTHER_PLACES = 64;

    private final Settings settings;
    private final FileLock lock;
    private final Door door;
    private final ActiveRuns active;
    private final RunDirectories directories;
    private final WarmRoots warmRoots;
    private final ShellRooms rooms;
    private final ScheduledExecutorService periodic;
    private final Runnable atShutdown = this::close;
    private boolean closed;

    private SandboxHttpServer(Settings settings, FileLock lock) throws IOException {
        this.settings = settings;
        this.lock = lock;
        Path data = settings.dataDirectory();
        EnvironmentStore environments = EnvironmentStore.open(
                data.resolve("store"), settings.lifetime(), settings.quotaBytes(), Clock.systemUTC());
        directories = new RunDirectories(data.resolve("runs"));
        Path uploads = emptied(data.resolve("uploads"));
        int uid = (Integer) Files.getAttribute(uploads, "unix:uid");
        Set<Isolation> isolation = requireSandbox(directories);

        Metrics metrics = new Metrics();
        Slots slots = new Slots(settings.workers(), settings.queue(), settings.queueWait());
        active = new ActiveRuns();
        RunGate gate = new RunGate(active, slots, metrics);
        Set<String> extensions = new TreeSet<>();
        HostInformation information = new HostInformation(settings, extensions, new ProcFiles(Path.of("/")), slots);
        Router router = new Router();
        AnswerBook book = new AnswerBook(data.resolve("book"), environments, Clock.systemUTC());
        StoredArchives archives = new StoredArchives(environments, directories, settings.limits(), settings.queue());
        RoomLayout layout = roomLayout(uid);
        rooms = new ShellRooms(
                () -> ShellRoom.make(directories.make(), settings, uid, layout), settings.workers(), System::nanoTime);
        new ShellEndpoints(
                        settings,
                        uploads,
                        environments,
                        archives,
                        new ShellService(settings, rooms, environments),
                        information,
                        new LibraryList(rooms),
                        gate,
                        book)
                .addTo(router);
        RootService service = new RootService(settings, directories, environments);
        warmRoots = service.warmRoots();
        new RunEndpoints(settings, uploads, environments, archives, service, gate, active, book, isolation)
                .addTo(router, extensions);
        new LiveEndpoints(active).addTo(router, extensions);
        new OperationEndpoints(metrics, slots, environments).addTo(router, extensions);
        HeapShare memory = HeapShare.ofThisJvm();
        metrics.gauge("sandbox_held_bytes", memory::used);
        door = Door.open(
                router,
                new SiteCheck(OwnNames.of(settings), settings.allowedHosts()),
                new TokenCheck(settings.tokens()),
                metrics,
                memory,
                new Places(settings.workers() + settings.queue() + FURTHER_PLACES),
                settings.pace(),
                settings.address(),
                settings.port());

        periodic = Executors.newSingleThreadScheduledExecutor(
                task -> DetachedThread.daemon(task, "sandbox-server-periodic"));
        every(Duration.ofSeconds(2), information::readAgain);
        every(Duration.ofMinutes(1), environments::expire);
        every(Duration.ofSeconds(30), warmRoots::expire);
        every(Duration.ofSeconds(30), rooms::expire);
        every(Duration.ofMinutes(1), book::expire);
        ShutdownTasks.add(atShutdown);
        LOG.debug("listening on {}", url());
    }

    /**
     * Starts to configure a server.
     *
     * @return a builder with the default of each setting
     */
    public static SandboxHttpServerBuilder builder() {
        return new SandboxHttpServerBuilder();
    }

    static SandboxHttpServer start(Settings settings) {
        refuseOpenDoor(settings);
        try {
            // Environments and uploads are other people's; only this user may look.
            FileLock lock = lock(PrivateDirectory.make(settings.dataDirectory()));
            try {
                return new SandboxHttpServer(settings, lock);
            } catch (IOException | RuntimeException e) {
                lock.channel().close();
                throw e;
            }
        } catch (IOException e) {
            throw new UncheckedIOException(
                    "Cannot use the data directory '" + settings.dataDirectory() + "': " + e
                            + ". Choose a directory that this user may write.",
                    e);
        }
    }

    private static void refuseOpenDoor(Settings settings) {
        try {
            boolean loopback = InetAddress.getByName(settings.address()).isLoopbackAddress();
            if (!loopback && settings.tokens().isEmpty() && !settings.openToAll()) {
                throw new IllegalArgumentException("Refused to listen on " + settings.address()
                        + " without a token: everybody who can reach it could run commands here. Set a token, listen on"
                        + " 127.0.0.1 behind a proxy that asks for credentials, or say open-to-all.");
            }
        } catch (UnknownHostException e) {
            throw new IllegalArgumentException(
                    "Cannot listen on '" + settings.address() + "': no such address. Give one of this host's.", e);
        }
    }

    private static FileLock lock(Path directory) throws IOException {
        FileChannel channel = FileChannel.open(
                OwnedFile.makeUnlessThere(directory.resolve("lock")),
                StandardOpenOption.WRITE,
                LinkOption.NOFOLLOW_LINKS);
        FileLock lock = null;
        try {
            lock = channel.tryLock();
        } catch (OverlappingFileLockException e) {
            LOG.debug("the directory is in use by this JVM", e);
        }
        if (lock == null) {
            channel.close();
            throw new IllegalStateException("Another server uses the data directory '" + directory
                    + "'. Stop it, or choose another directory.");
        }
        return lock;
    }

    private static Path emptied(Path directory) throws IOException {
        TreeRemoval.remove(directory);
        return PrivateDirectory.make(directory);
    }

    /** A server on which nothing can run should not start. */
    private Set<Isolation> requireSandbox(RunDirectories directories) throws IOException {
        Path directory = directories.make();
        SandboxBuilder builder =
                Sandbox.builder(directory).seccomp(settings.policy().weakest());
        settings.backend().ifPresent(builder::backend);
        try (Sandbox sandbox = builder.open()) {
            return sandbox.isolation();
        } catch (SandboxUnavailableException e) {
            throw new SandboxUnavailableException(
                    e.reason(), "This host cannot run a sandbox server. " + e.getMessage(), e);
        } finally {
            RunDirectories.remove(directory);
        }
    }

    private RoomLayout roomLayout(int uid) throws IOException {
        try {
            return RoomLayout.seenIn(ShellRoom.make(directories.make(), settings, uid, RoomLayout.NONE));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("interrupted while the server was started");
        }
    }

    private interface Task {
        void run() throws IOException;
    }

    private void every(Duration period, Task task) {
        ScheduledFuture<?> unused = periodic.scheduleAtFixedRate(
                () -> {
                    try {
                        task.run();
                    } catch (IOException | RuntimeException e) {
                        LOG.warn("a periodic task failed; it is tried again", e);
                    }
                },
                period.toMillis(),
                period.toMillis(),
                TimeUnit.MILLISECONDS);
    }

    /**
     * Returns where the server listens.
     *
     * @return its URL, ending with a slash
     */
    public URI url() {
        String host = settings.address().contains(":") ? "[" + settings.address() + "]" : settings.address();
        return URI.create("http://" + host + ":" + door.port() + "/");
    }

    /**
     * Stops the server: takes no more requests, lets those that run finish within the time of grace, kills the others, and
     * waits until no process is left. Does nothing the second time. Done by itself when the JVM goes down in order.
     */
    @Override
    public synchronized void close() {
        if (closed) {
            return;
        }
        closed = true;
        ShutdownTasks.remove(atShutdown);
        periodic.shutdownNow();
        try {
            active.close(settings.grace(), Duration.ofSeconds(10));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        door.close();
        warmRoots.close();
        rooms.close();
        directories.clear();
        try {
            lock.channel().close();
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot unlock the data directory.", e);
        }
    }
}
