// SPDX-License-Identifier: Apache-2.0
package io.millrace.scheduler.outgoing;

import io.millrace.contracts.FeedEvent;
import io.millrace.contracts.Job;
import io.millrace.contracts.LaneEvent;
import io.millrace.contracts.LaneMessage;
import io.millrace.model.ExecutionId;
import io.millrace.platform.problem.ServiceException;
import io.millrace.scheduler.execution.Executions;
import io.millrace.scheduler.outgoing.DeliveryStore.Added;
import io.millrace.scheduler.outgoing.DeliveryStore.Claimed;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Service;
import org.springframework.web.client.HttpClientErrorException;
import org.springframework.web.client.RestClientException;

/// Tells subscribers of executions, at least once.
///
/// What is heard becomes rows before its message is acknowledged; a row is sent to a worker, which
/// is where networks, egress rules and secrets are, and told again until the receiver has taken it
/// or all attempts are used up.
@Service
public class Deliveries {
    /// Stands for the task run in the jobs of deliveries; heartbeats of triggers bear another one.
    public static final int TASK_RUN = -2;

    private static final String TYPE = "io.millrace.plugin.core.webhook.Deliver";
    private static final int GONE = 410;
    private static final int BATCH = 64;
    private static final String UNHEARD = "No worker has taken it in time, or told of it";
    private static final Duration TOLERANCE = Duration.ofSeconds(1);

    /// For a job's way to a worker and its report's way back.
    private static final Duration WAY = Duration.ofSeconds(60);

    private final SubscriptionStore subscriptions;
    private final DeliveryStore store;
    private final Executions executions;
    private final OutgoingProperties properties;
    private final DeliveryWakes wakes;
    private final Clock clock;

    Deliveries(
            SubscriptionStore subscriptions,
            DeliveryStore store,
            Executions executions,
            OutgoingProperties properties,
            DeliveryWakes wakes,
            Clock clock) {
        this.subscriptions = subscriptions;
        this.store = store;
        this.executions = executions;
        this.properties = properties;
        this.wakes = wakes;
        this.clock = clock;
    }

    /// States that anybody wants to be told of.
    public Set<String> statesWaitedFor() {
        return new TreeSet<>(subscriptions.states());
    }

    private record Place(String tenant, String namespace) {}

    /// Bears repetition.
    public void hear(List<FeedEvent> events) {
        var places = new LinkedHashSet<Place>();
        events.forEach(event -> places.add(new Place(event.tenant(), event.namespace())));
        var listeners = new HashMap<Place, List<Subscription>>();
        for (var subscription :
                subscriptions.covering(
                        places.stream().map(Place::tenant).toList(),
                        places.stream().map(Place::namespace).toList())) {
            for (var place : places) {
                if (covers(subscription, place)) {
                    listeners.computeIfAbsent(place, _ -> new ArrayList<>()).add(subscription);
                }
            }
        }
        if (listeners.isEmpty()) {
            return;
        }
        var added = new ArrayList<Added>();
        for (var event : events) {
            var place = new Place(event.tenant(), event.namespace());
            for (var subscription : listeners.getOrDefault(place, List.of())) {
                event.changes().forEach(change -> add(added, subscription, event, change));
            }
        }
        if (!added.isEmpty()) {
            store.add(added, clock.instant());
            wakes.wake();
        }
    }

    private static boolean covers(Subscription subscription, Place place) {
        var key = subscription.key();
        return key.tenant().equals(place.tenant())
                && (key.namespace().equals(place.namespace())
                        || place.namespace().startsWith(key.namespace() + "."));
    }

    private static void add(
            List<Added> added,
            Subscription subscription,
            FeedEvent event,
            FeedEvent.Change change) {
        for (var passed :
                Objects.requireNonNullElse(change.passed(), List.<FeedEvent.Passed>of())) {
            add(added, subscription, event, change, passed.state(), passed.at());
        }
        add(added, subscription, event, change, event.state(), change.at());
    }

    private static void add(
            List<Added> added,
            Subscription subscription,
            FeedEvent event,
            FeedEvent.Change change,
            String state,
            Instant at) {
        if (!subscription.wants(change.flowId(), state)
                || at.isBefore(subscription.createdAt().minus(TOLERANCE))) {
            return;
        }
        var key = subscription.key();
        var eventId = CloudEvents.id(change.executionId(), state, at);
        var seed = String.join("\0", "delivery", key.tenant(), key.namespace(), key.id(), eventId);
        added.add(
                new Added(
                        ExecutionId.derived(at, seed).value(),
                        key,
                        eventId,
                        change.executionId(),
                        CloudEvents.of(event, change, state, at)));
    }

    // ---- to the workers

    /// Sends what is due.
    ///
    /// @return how many were sent
    int send() {
        var now = clock.instant();
        store.unheard(now, BATCH)
                .forEach(one -> failed(one.id(), one.sending(), null, UNHEARD, now));
        var claimed =
                store.claim(
                        now, now.plus(properties.timeout()).plus(WAY), properties.atOnce(), BATCH);
        for (int i = 0; i < claimed.size(); i++) {
            try {
                executions.dispatch(job(claimed.get(i), now), null);
            } catch (HttpClientErrorException e) {
                refused(claimed.get(i), e, now);
            } catch (ServiceException.Unavailable | RestClientException e) {
                claimed.subList(i, claimed.size())
                        .forEach(one -> store.unsent(one, now.plus(properties.lookAgain())));
                throw e;
            }
        }
        return claimed.size();
    }

    /// It comes to nothing however often it is sent, and the others must not wait behind it.
    private void refused(Claimed claimed, HttpClientErrorException cause, Instant now) {
        failed(
                claimed.id(),
                claimed.sending(),
                null,
                "It can't be given to a worker: " + cause.getStatusCode(),
                now);
    }

    private Job job(Claimed claimed, Instant now) {
        var given = new HashMap<String, @Nullable Object>();
        given.put("uri", "{{ delivery.url }}");
        given.put("event", "{{ delivery.event }}");
        if (claimed.secret() != null) {
            given.put("key", "{{ secret(delivery.secret) }}");
        }
        var delivery = new HashMap<String, @Nullable Object>();
        delivery.put("url", claimed.url());
        delivery.put("event", claimed.event());
        delivery.put("secret", claimed.secret());
        return Job.ofScheduler(
                claimed.to().tenant(),
                claimed.to().namespace(),
                "subscription",
                0,
                claimed.id(),
                TASK_RUN,
                claimed.to().id(),
                claimed.sending(),
                TYPE,
                given,
                Map.of("delivery", delivery),
                properties.timeout(),
                "ERROR",
                now);
    }

    // ---- from the workers

    /// Whether a report is about a delivery. Bears repetition.
    public boolean reported(LaneMessage message) {
        var now = clock.instant();
        switch (message.event()) {
            case LaneEvent.TaskEnded ended when ended.taskRun() == TASK_RUN -> {
                if (ended.state().equals("SUCCESS") || ended.state().equals("WARNING")) {
                    store.delivered(message.executionId(), ended.dispatch(), status(ended), now);
                } else {
                    failed(
                            message.executionId(),
                            ended.dispatch(),
                            status(ended),
                            Objects.requireNonNullElse(ended.error(), "It was stopped"),
                            now);
                }
            }
            case LaneEvent.TaskLost lost when lost.taskRun() == TASK_RUN ->
                    failed(message.executionId(), lost.dispatch(), null, lost.reason(), now);
            case LaneEvent.TaskStarted started when started.taskRun() == TASK_RUN -> {
                // it has its time
            }
            default -> {
                return false;
            }
        }
        // a place is free
        wakes.wake();
        return true;
    }

    private void failed(
            String id, int sending, @Nullable Integer status, String problem, Instant now) {
        // who is gone says so, and isn't asked again
        boolean gone = status != null && status == GONE;
        store.failed(id, sending, status, problem, gone ? List.of() : properties.pauses(), now);
    }

    private static @Nullable Integer status(LaneEvent.TaskEnded ended) {
        return ended.outputs().get("code") instanceof Number code ? code.intValue() : null;
    }
}
