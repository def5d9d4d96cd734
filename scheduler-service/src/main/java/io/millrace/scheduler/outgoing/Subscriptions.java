// SPDX-License-Identifier: Apache-2.0
package io.millrace.scheduler.outgoing;

import io.millrace.model.ExecutionId;
import io.millrace.platform.broker.Broker;
import io.millrace.platform.problem.ServiceException;
import java.net.URI;
import java.net.URISyntaxException;
import java.time.Clock;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Set;
import java.util.UUID;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Service;
import org.springframework.transaction.annotation.Transactional;

/// What users see and change of subscriptions.
@Service
class Subscriptions {
    private static final Pattern ID = Pattern.compile("[a-zA-Z0-9][a-zA-Z0-9_-]{0,99}");
    private static final Pattern SECRET = Pattern.compile("[a-zA-Z0-9_.-]{1,256}");
    private static final Set<String> DELIVERY_STATES = Set.of("", "PENDING", "DELIVERED", "DEAD");
    private static final int LONGEST_URL = 2048;
    private static final int LONGEST_DESCRIPTION = 1000;
    private static final int MOST_ON_A_PAGE = 1000;

    private final SubscriptionStore store;
    private final DeliveryStore deliveries;
    private final DeliveryWakes wakes;
    private final Broker broker;
    private final OutgoingProperties properties;
    private final Clock clock;

    Subscriptions(
            SubscriptionStore store,
            DeliveryStore deliveries,
            DeliveryWakes wakes,
            Broker broker,
            OutgoingProperties properties,
            Clock clock) {
        this.store = store;
        this.deliveries = deliveries;
        this.wakes = wakes;
        this.broker = broker;
        this.properties = properties;
        this.clock = clock;
    }

    List<Subscription> of(String tenant, String namespace) {
        return store.of(tenant, namespace);
    }

    DeliveryStore.Counts counts(Subscription.Key key) {
        return deliveries.counts(key);
    }

    Subscription get(Subscription.Key key) {
        return store.find(key)
                .orElseThrow(
                        () -> new ServiceException.NotFound("Not Found: subscription " + key.id()));
    }

    @Transactional
    public Subscription create(
            String tenant, String namespace, SubscriptionController.Written written) {
        var id =
                written.id() == null
                        ? UUID.randomUUID().toString().replace("-", "").substring(0, 16)
                        : written.id();
        if (!ID.matcher(id).matches()) {
            throw new ServiceException.Invalid(
                    "id", "Expected letters, digits, - and _, at most 100, but got " + id);
        }
        if (store.of(tenant, namespace).size() >= properties.mostInNamespace()) {
            throw new ServiceException.Refused(
                    "Expected at most %d subscriptions in a namespace"
                            .formatted(properties.mostInNamespace()));
        }
        var now = clock.instant();
        var added =
                read(
                        new Subscription.Key(tenant, namespace, id),
                        written,
                        new Subscription(
                                new Subscription.Key(tenant, namespace, id),
                                "",
                                Set.of(),
                                null,
                                null,
                                "",
                                false,
                                0,
                                now,
                                now));
        if (!store.insert(added)) {
            throw new ServiceException.Conflict("There is a subscription " + id + " already");
        }
        listen(added);
        return added;
    }

    /// @param ifMatch the version that the caller has seen, or absent for any
    @Transactional
    public Subscription update(
            Subscription.Key key,
            SubscriptionController.Written written,
            @Nullable String ifMatch) {
        var known = get(key);
        if (ifMatch != null && !ifMatch.equals("*") && !ifMatch.contains(version(known))) {
            throw outdated(key);
        }
        var changed = read(key, written, known);
        if (!store.update(changed)) {
            throw outdated(key);
        }
        listen(changed);
        wakes.wake();
        return changed;
    }

    static String version(Subscription of) {
        return "\"" + of.version() + "\"";
    }

    private static ServiceException outdated(Subscription.Key key) {
        return new ServiceException.Outdated("Subscription " + key.id() + " was changed meanwhile");
    }

    @Transactional
    public void delete(Subscription.Key key) {
        if (!store.delete(key)) {
            throw new ServiceException.NotFound("Not Found: subscription " + key.id());
        }
    }

    List<Delivery> deliveries(Subscription.Key key, String state, String after, int size) {
        get(key);
        if (!DELIVERY_STATES.contains(state)) {
            throw new ServiceException.Invalid(
                    "state", "Expected PENDING, DELIVERED or DEAD but got " + state);
        }
        if (size < 1 || size > MOST_ON_A_PAGE) {
            throw new ServiceException.Invalid("size", "Expected 1 to " + MOST_ON_A_PAGE);
        }
        return deliveries.list(key, state, after, size);
    }

    /// Tells a subscriber something that happened nowhere, to see whether he takes it.
    @Transactional
    public Delivery test(Subscription.Key key) {
        if (get(key).disabled()) {
            throw new ServiceException.Refused(
                    "Expected a subscription that is told, but %s is disabled".formatted(key.id()));
        }
        var now = clock.instant();
        var eventId = UUID.randomUUID().toString();
        var id = ExecutionId.derived(now, eventId).value();
        var event = CloudEvents.test(key, eventId, now);
        deliveries.add(List.of(new DeliveryStore.Added(id, key, eventId, "", event)), now);
        wakes.wake();
        return new Delivery(id, eventId, "", "PENDING", event, 0, now, null, null, now, null);
    }

    /// @param id or empty for all dead ones
    @Transactional
    public int redeliver(Subscription.Key key, String id) {
        get(key);
        int count = deliveries.putBack(key, id, clock.instant());
        if (count == 0 && !id.isEmpty()) {
            throw new ServiceException.NotFound("Not Found: a delivery " + id + " that has ended");
        }
        wakes.wake();
        return count;
    }

    private Subscription read(
            Subscription.Key key, SubscriptionController.Written written, Subscription known) {
        if (written.id() != null && !written.id().equals(key.id())) {
            throw new ServiceException.Invalid("id", "Expected " + key.id() + ", or none");
        }
        var states = written.states();
        if (states == null || states.isEmpty()) {
            states = Subscription.ENDS;
        }
        for (var state : states) {
            if (!Subscription.STATES.contains(state)) {
                throw new ServiceException.Invalid(
                        "states", "Expected states of executions but got " + state);
            }
        }
        var secret = blankToNull(written.secret());
        if (secret != null && !SECRET.matcher(secret).matches()) {
            throw new ServiceException.Invalid("secret", "Expected the name of a secret");
        }
        var description = Objects.requireNonNullElse(written.description(), "");
        if (description.length() > LONGEST_DESCRIPTION) {
            throw new ServiceException.Invalid(
                    "description", "Expected at most " + LONGEST_DESCRIPTION + " characters");
        }
        return new Subscription(
                key,
                url(written.url()),
                states,
                blankToNull(written.flowId()),
                secret,
                description,
                Boolean.TRUE.equals(written.disabled()),
                known.version() + 1,
                known.createdAt(),
                clock.instant());
    }

    private static @Nullable String blankToNull(@Nullable String text) {
        return text == null || text.isBlank() ? null : text;
    }

    /// Where it leads is looked at when it is called: what a name stands for changes.
    private static String url(@Nullable String written) {
        try {
            var uri = new URI(Objects.requireNonNullElse(written, ""));
            var scheme = Objects.requireNonNullElse(uri.getScheme(), "").toLowerCase(Locale.ROOT);
            if (Set.of("http", "https").contains(scheme)
                    && uri.getHost() != null
                    && uri.getRawUserInfo() == null
                    && uri.getRawFragment() == null
                    && uri.toString().length() <= LONGEST_URL) {
                return uri.toString();
            }
        } catch (URISyntaxException _) {
            // told below
        }
        throw new ServiceException.Invalid(
                "url",
                "Expected an http or https URL without user and fragment, at most "
                        + LONGEST_URL
                        + " characters");
    }

    /// Ends are heard of always, what else executions pass through only if somebody wants it.
    private void listen(Subscription of) {
        of.states().forEach(state -> broker.declare(broker.topology().schedulerHears(state)));
    }
}
