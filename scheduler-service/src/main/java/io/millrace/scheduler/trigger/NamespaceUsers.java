// SPDX-License-Identifier: Apache-2.0
package io.millrace.scheduler.trigger;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.millrace.contracts.SettingsFreshness;
import io.millrace.platform.access.TaskReach;
import io.millrace.platform.http.InternalClients;
import io.millrace.scheduler.trigger.TriggerRow.FlowKey;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;
import org.springframework.web.client.RestClient;

/// Whose triggers may hear of executions in a namespace. Asked of the flow-service only where the
/// two namespaces aren't above one another, and kept no longer than whoever changes it waits.
@Component
class NamespaceUsers implements Listening.Hearing {
    private final RestClient client;
    private final TaskReach reach;
    private final Cache<Of, Users> known =
            Caffeine.newBuilder()
                    .maximumSize(10_000)
                    .expireAfterWrite(SettingsFreshness.ASKED)
                    .build();

    private record Of(String tenant, String namespace) {}

    private record Users(@Nullable List<String> allowed) {}

    NamespaceUsers(InternalClients clients, TaskReach reach) {
        this.client = clients.client("flow");
        this.reach = reach;
    }

    @Override
    public boolean may(FlowKey listener, FlowKey heard) {
        // related in any case, or to none: the answer doesn't matter
        if (reach.mayUse(listener.namespace(), heard.namespace(), List.of())) {
            return true;
        }
        var users = known.get(new Of(heard.tenant(), heard.namespace()), this::ask);
        return reach.mayUse(listener.namespace(), heard.namespace(), users.allowed());
    }

    private Users ask(Of of) {
        return Objects.requireNonNull(
                client.get()
                        .uri(
                                "/internal/flows/users/{tenant}/{namespace}",
                                of.tenant(),
                                of.namespace())
                        .retrieve()
                        .body(Users.class));
    }
}
