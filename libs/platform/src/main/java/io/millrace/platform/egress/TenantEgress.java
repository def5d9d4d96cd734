// SPDX-License-Identifier: Apache-2.0
package io.millrace.platform.egress;

import io.millrace.contracts.EgressRules;
import io.millrace.platform.http.InternalClients;
import io.millrace.platform.problem.ServiceException;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import org.springframework.web.client.RestClientException;

/// The egress rules of tenants, for those who connect on behalf of them. Asked of the flow-service
/// when they are needed, so that a change counts once it is acknowledged; while that is away, what
/// it said last counts.
public final class TenantEgress {
    private static final int TRIES = 3;

    private final EgressRules installation;
    private final Function<String, EgressRules> source;
    private final InstantSource clock;
    private final Map<String, Known> known = new ConcurrentHashMap<>();

    private record Known(EgressRules rules, Instant until) {}

    /// @param source asks for the rules of a tenant
    TenantEgress(
            EgressRules installation, Function<String, EgressRules> source, InstantSource clock) {
        this.installation = installation;
        this.source = source;
        this.clock = clock;
    }

    static TenantEgress of(
            EgressProperties properties, InternalClients clients, InstantSource clock) {
        return new TenantEgress(
                properties.rules(),
                tenant -> {
                    var rules =
                            clients.client("flow")
                                    .get()
                                    .uri("/internal/egress/{tenant}", tenant)
                                    .retrieve()
                                    .body(EgressRules.class);
                    return rules == null ? EgressRules.NONE : rules;
                },
                clock);
    }

    /// What holds for all tenants.
    public EgressRules installation() {
        return installation;
    }

    /// What holds for one beside that.
    ///
    /// An answer counts from when it was asked, for it may be from just before a change. One that
    /// took longer than it counts is asked for again, so that whoever has waited so long after a
    /// change knows that it counts; but a service that is slow for good is no reason to fail a
    /// task.
    ///
    /// @throws ServiceException.Unavailable if that isn't known
    public EgressRules of(String tenant) {
        var last = known.get(tenant);
        if (last != null && clock.instant().isBefore(last.until())) {
            return last.rules();
        }
        for (int tries = 1; ; tries++) {
            var until = clock.instant().plus(EgressRules.ASKED);
            EgressRules rules;
            try {
                rules = source.apply(tenant);
            } catch (ServiceException.Unavailable e) {
                if (last == null) {
                    throw e;
                }
                return last.rules();
            } catch (RestClientException e) {
                throw new ServiceException.Unavailable(
                        "The egress policy isn't known now. Try again");
            }
            // of two who ask at once, the one who asked later knows better
            known.merge(
                    tenant,
                    new Known(rules, until),
                    (a, b) -> a.until().isAfter(b.until()) ? a : b);
            if (clock.instant().isBefore(until) || tries == TRIES) {
                return rules;
            }
        }
    }
}
