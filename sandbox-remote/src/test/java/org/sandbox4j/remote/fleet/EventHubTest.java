package org.sandbox4j.remote.fleet;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.Flow;
import org.junit.jupiter.api.Test;

class EventHubTest {
    private final Queue<Runnable> tasks = new ArrayDeque<>();
    private final EventHub hub = new EventHub(tasks::add, 2);

    /** Writes down what it is told, and asks for nothing by itself. */
    private static final class Recorder implements Flow.Subscriber<FleetEvent> {
        private final List<Object> told = new ArrayList<>();
        private Flow.Subscription subscription;

        @Override
        public void onSubscribe(Flow.Subscription given) {
            subscription = given;
        }

        @Override
        public void onNext(FleetEvent event) {
            told.add(event);
        }

        @Override
        public void onError(Throwable failure) {
            told.add(failure.getClass());
        }

        @Override
        public void onComplete() {
            told.add("complete");
        }
    }

    private void runAll() {
        while (!tasks.isEmpty()) {
            tasks.remove().run();
        }
    }

    private Recorder subscribed() {
        Recorder recorder = new Recorder();
        hub.subscribe(recorder);
        runAll();
        return recorder;
    }

    private static FleetEvent usage(long server, int second) {
        return new FleetEvent.UsagePolled(server, Usage.disabled(Instant.ofEpochSecond(second)));
    }

    @Test
    void subscribe_getsTheLastKnownAtOnceAndThenWhatIsNew() {
        hub.publish(usage(1, 0));
        hub.publish(usage(1, 1));
        hub.publish(usage(2, 0));
        Recorder recorder = subscribed();
        recorder.subscription.request(10);
        hub.publish(usage(2, 1));
        runAll();
        assertThat(recorder.told).containsExactly(usage(1, 1), usage(2, 0), usage(2, 1));
    }

    @Test
    void publish_slowSubscriber_losesTheOldestAndIsTold() {
        Recorder slow = subscribed();
        for (int second = 0; second < 5; second++) {
            hub.publish(usage(1, second));
        }
        slow.subscription.request(2);
        runAll();
        assertThat(slow.told).containsExactly(new FleetEvent.EventsMissed(3), usage(1, 3));
        slow.subscription.request(5);
        runAll();
        assertThat(slow.told).endsWith(usage(1, 4)).hasSize(3);
    }

    @Test
    void remove_serverIsNoLongerKnown() {
        ServerEntry server = new ServerEntry(1, "a", URI.create("http://a/"), true);
        hub.publish(new FleetEvent.ServerChanged(server));
        hub.publish(usage(1, 0));
        hub.publish(new FleetEvent.ServerRemoved(server));
        Recorder recorder = subscribed();
        recorder.subscription.request(10);
        runAll();
        assertThat(recorder.told).isEmpty();
    }

    @Test
    void close_completesAfterWhatIsWaiting() {
        Recorder recorder = subscribed();
        hub.publish(usage(1, 0));
        hub.close();
        runAll();
        assertThat(recorder.told).isEmpty();
        recorder.subscription.request(1);
        runAll();
        assertThat(recorder.told).containsExactly(usage(1, 0), "complete");
    }

    @Test
    void request_nothing_isAnError() {
        Recorder recorder = subscribed();
        recorder.subscription.request(0);
        runAll();
        assertThat(recorder.told).containsExactly(IllegalArgumentException.class);
    }

    @Test
    void cancel_endsEvents() {
        Recorder recorder = subscribed();
        recorder.subscription.request(10);
        recorder.subscription.cancel();
        hub.publish(usage(1, 0));
        runAll();
        assertThat(recorder.told).isEmpty();
    }
}
