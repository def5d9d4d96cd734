// SPDX-License-Identifier: Apache-2.0
package io.millrace.gateway.instance;

import io.millrace.contracts.Heartbeat;
import io.millrace.contracts.Installation;
import io.millrace.platform.audit.AuditTrail;
import io.millrace.platform.http.InternalClients;
import io.millrace.platform.problem.ServiceException;
import io.millrace.platform.web.PagedResults;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.springframework.core.ParameterizedTypeReference;
import org.springframework.http.HttpStatus;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.client.RestClientException;

/// Workers, lanes and queues, for operators. They are of all tenants: nobody else sees them.
@RestController
@RequestMapping("/api/v1/instance")
class InstanceController {
    private static final ParameterizedTypeReference<List<Heartbeat>> HEARTBEATS =
            new ParameterizedTypeReference<>() {};

    /// What audit records of the installation as a whole name as their tenant.
    private static final String NO_TENANT = "-";

    private final InternalClients clients;
    private final AuditTrail audit;

    InstanceController(InternalClients clients, AuditTrail audit) {
        this.clients = clients;
        this.audit = audit;
    }

    /// @param used slots that its tasks take, of `slots`
    /// @param running how many tasks it runs
    /// @param draining whether it takes no more jobs
    record WorkerView(
            String id,
            String group,
            @Nullable String version,
            Instant startedAt,
            Instant seenAt,
            int slots,
            int used,
            int running,
            boolean draining) {}

    /// @param status `UP`, or `DOWN` if it says so itself or can't be reached
    record ServiceView(String name, String status) {}

    /// @param execution lanes and queues; absent if nobody can say
    record Health(List<ServiceView> services, @Nullable Installation execution) {}

    /// Workers that live, by group.
    @GetMapping("/workers")
    PagedResults<WorkerView> workers() {
        var workers =
                living().stream()
                        .map(beat ->
                                new WorkerView(
                                        beat.workerId(),
                                        beat.group(),
                                        beat.version(),
                                        beat.startedAt(),
                                        beat.at(),
                                        beat.slots(),
                                        beat.used(),
                                        beat.running().size(),
                                        beat.draining()))
                        .sorted(
                                Comparator.comparing(WorkerView::group)
                                        .thenComparing(WorkerView::id))
                        .toList();
        return new PagedResults<>(workers, workers.size());
    }

    private List<Heartbeat> living() {
        return Objects.requireNonNullElse(
                clients.client("execution")
                        .get()
                        .uri("/internal/workers")
                        .retrieve()
                        .body(HEARTBEATS),
                List.of());
    }

    /// It takes no more jobs; what runs there goes on.
    @PostMapping("/workers/{id}/drain")
    @ResponseStatus(HttpStatus.NO_CONTENT)
    void drain(@PathVariable String id) {
        tell(id, "drain");
    }

    /// It takes jobs again.
    @PostMapping("/workers/{id}/resume")
    @ResponseStatus(HttpStatus.NO_CONTENT)
    void resume(@PathVariable String id) {
        tell(id, "resume");
    }

    private void tell(String id, String what) {
        if (living().stream().noneMatch(beat -> beat.workerId().equals(id))) {
            throw new ServiceException.NotFound("Not Found: worker " + id);
        }
        clients.client("execution")
                .post()
                .uri("/internal/workers/{id}/{what}", id, what)
                .retrieve()
                .toBodilessEntity();
        audit.changed(NO_TENANT, "worker." + what, "worker/" + id, Map.of());
    }

    @GetMapping("/health")
    Health health() {
        return new Health(SERVICES.stream().map(this::status).toList(), execution());
    }

    private static final List<String> SERVICES =
            List.of("flow", "execution", "scheduler", "secrets");

    private ServiceView status(String service) {
        try {
            var answer =
                    clients.client(service)
                            .get()
                            .uri("/actuator/health")
                            .retrieve()
                            .body(Status.class);
            return new ServiceView(service, answer == null ? "DOWN" : answer.status());
        } catch (ServiceException.Unavailable | RestClientException _) {
            return new ServiceView(service, "DOWN");
        }
    }

    private record Status(String status) {}

    private @Nullable Installation execution() {
        try {
            return clients.client("execution")
                    .get()
                    .uri("/internal/installation")
                    .retrieve()
                    .body(Installation.class);
        } catch (ServiceException.Unavailable | RestClientException _) {
            return null;
        }
    }
}
