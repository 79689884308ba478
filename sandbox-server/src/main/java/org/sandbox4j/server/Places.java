package org.sandbox4j.server;

import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.Semaphore;

/**
 * Room for requests that are served at the same time, each by a thread of its own. Some is kept free for those that are answered at
 * once, and some more for those that ask how the server is, so that clients who make it wait cannot take all. Thread-safe.
 */
final class Places {
    private static final int KEPT_FOR_SHORT = 16;
    private static final int KEPT_FOR_HEALTH = 16;

    private final int lengthy;
    private final Semaphore all;
    private final Semaphore forLengthy;

    /** Makes places for so many requests with bodies or large answers, and for some others. */
    Places(int lengthy) {
        this.lengthy = lengthy;
        forLengthy = new Semaphore(lengthy);
        all = new Semaphore(lengthy + KEPT_FOR_SHORT);
    }

    /** How many threads there must be. */
    int threads() {
        return lengthy + KEPT_FOR_SHORT + KEPT_FOR_HEALTH;
    }

    /** A place, until it is closed. */
    interface Place extends AutoCloseable {
        @Override
        void close();
    }

    /**
     * Takes a place for a request.
     *
     * @throws Refusal if there is none
     */
    Place take(String method, String path) {
        if (path.equals("/health") || path.equals("/metrics")) {
            return () -> {};
        }
        return isLengthy(method, path) ? take(forLengthy, all) : take(all);
    }

    private static boolean isLengthy(String method, String path) {
        return method.equals("POST") || path.startsWith("/files/") || path.startsWith("/environments/");
    }

    private static Place take(Semaphore... places) {
        int taken = 0;
        while (taken < places.length && places[taken].tryAcquire()) {
            taken++;
        }
        Place place = giving(List.of(places).subList(0, taken));
        if (taken < places.length) {
            place.close();
            throw Refusal.overloaded(OptionalLong.of(1));
        }
        return place;
    }

    private static Place giving(List<Semaphore> taken) {
        return () -> taken.forEach(Semaphore::release);
    }
}
