// SPDX-License-Identifier: Apache-2.0
package io.millrace.flow.flows;

import io.millrace.model.Flow;
import io.millrace.model.TaskTypes;
import io.millrace.platform.access.Caller;
import io.millrace.platform.access.Quota;
import io.millrace.platform.access.QuotaUse;
import io.millrace.platform.http.InternalClients;
import io.millrace.platform.problem.ServiceException;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import org.springframework.core.ParameterizedTypeReference;
import org.springframework.stereotype.Component;
import org.springframework.web.client.RestClient;

/// Bounds how many schedules a tenant or a namespace has. The scheduler knows how many there are;
/// it is asked only by those who have such a quota and save a flow that has more of them than
/// before. Two who save at the same moment may both get the last.
@Component
class ScheduleQuotas {
    private static final ParameterizedTypeReference<List<Long>> NUMBERS =
            new ParameterizedTypeReference<>() {};
    private static final Duration AGAIN = Duration.ofMinutes(1);

    private final RestClient scheduler;

    ScheduleQuotas(InternalClients clients) {
        this.scheduler = clients.client("scheduler");
    }

    static long schedules(Flow flow) {
        return flow.triggers().stream()
                .filter(t ->
                        t.type().equals(TaskTypes.CORE + "trigger.Schedule")
                                || t.type().equals(TaskTypes.CORE + "trigger.ScheduleOnDates"))
                .count();
    }

    /// @param more how many schedules are added to a namespace
    /// @throws ServiceException.TooMany if that is more than a quota leaves
    void admit(String namespace, long more) {
        if (more <= 0) {
            return;
        }
        var caller = Caller.current();
        for (var quota : caller.quotas()) {
            if (quota.kind() != Quota.Kind.SCHEDULES || !quota.covers(namespace)) {
                continue;
            }
            long used =
                    Objects.requireNonNull(
                                    scheduler
                                            .post()
                                            .uri("/internal/usage/{tenant}", caller.tenant())
                                            .body(
                                                    List.of(
                                                            new QuotaUse.Question(
                                                                    quota.kind(),
                                                                    quota.namespace())))
                                            .retrieve()
                                            .body(NUMBERS))
                            .getFirst();
            if (used + more > quota.amount()) {
                throw QuotaUse.refused(quota, caller.tenant(), "schedules", AGAIN);
            }
        }
    }
}
