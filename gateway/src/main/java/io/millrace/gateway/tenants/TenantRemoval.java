// SPDX-License-Identifier: Apache-2.0
package io.millrace.gateway.tenants;

import io.millrace.platform.access.Caller;
import io.millrace.platform.access.Grant;
import io.millrace.platform.access.Role;
import io.millrace.platform.http.InternalClientProperties;
import io.millrace.platform.http.InternalClients;
import io.millrace.platform.identity.TokenSigner;
import io.millrace.platform.problem.ServiceException;
import io.millrace.platform.tenancy.TenantScope;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.SmartLifecycle;
import org.springframework.dao.DataAccessException;
import org.springframework.http.client.JdkClientHttpRequestFactory;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;
import org.springframework.web.client.RestClient;
import org.springframework.web.client.RestClientException;

/// Has the services remove what was in a removed tenant: its secrets' key first, then its flows,
/// with which its triggers go, then its executions are killed. It is asked again until all have
/// done it.
@Component
class TenantRemoval implements SmartLifecycle {
    private static final Logger log = LoggerFactory.getLogger(TenantRemoval.class);
    private static final Duration VALID_FOR = Duration.ofMinutes(1);
    private static final Duration LOOK_EVERY = Duration.ofMinutes(1);

    private final JdbcClient jdbc;
    private final InternalClients clients;
    private final InternalClientProperties services;
    private final TokenSigner signer;
    private final RestClient http;
    private final Semaphore wakes = new Semaphore(1);
    private volatile @Nullable Thread thread;

    TenantRemoval(
            JdbcClient jdbc,
            InternalClients clients,
            InternalClientProperties services,
            TokenSigner signer) {
        this.jdbc = jdbc;
        this.clients = clients;
        this.services = services;
        this.signer = signer;
        var requests = new JdkClientHttpRequestFactory();
        requests.setReadTimeout(VALID_FOR);
        this.http = RestClient.builder().requestFactory(requests).build();
    }

    void wake() {
        wakes.release();
    }

    private void run() {
        try {
            while (true) {
                var _ = wakes.tryAcquire(LOOK_EVERY.toMillis(), TimeUnit.MILLISECONDS);
                wakes.drainPermits();
                removeAll();
            }
        } catch (InterruptedException _) {
            // stopped
        }
    }

    private void removeAll() {
        try {
            jdbc.sql("select id from tenant where state = 'removed' and purged_at is null")
                    .query(String.class)
                    .list()
                    .forEach(this::remove);
        } catch (DataAccessException e) {
            log.atWarn()
                    .addKeyValue("cause", String.valueOf(e.getMessage()))
                    .log("Removed tenants can't be looked for");
        }
    }

    private void remove(String tenant) {
        try {
            clients.client("secrets")
                    .delete()
                    .uri("/internal/tenants/{tenant}", tenant)
                    .retrieve()
                    .toBodilessEntity();
            // as an admin of the tenant, so that all of it is on record there
            while (count("flow", tenant, "/flows/delete/by-query") > 0) {
                // there may be more than one request takes
            }
            var unfinished =
                    "state=CREATED&state=QUEUED&state=RUNNING&state=PAUSED&state=RETRYING"
                            + "&state=RESTARTED";
            count("execution", tenant, "/executions/kill/by-query?" + unfinished);
        } catch (ServiceException.Unavailable | RestClientException e) {
            log.atWarn()
                    .addKeyValue("tenant", tenant)
                    .addKeyValue("cause", String.valueOf(e.getMessage()))
                    .log("A removed tenant is not gone everywhere yet");
            return;
        }
        jdbc.sql("update tenant set purged_at = now() where id = ?").param(tenant).update();
        log.atInfo().addKeyValue("tenant", tenant).log("A removed tenant is gone");
    }

    private record Count(int count) {}

    private int count(String service, String tenant, String path) {
        var target = services.services().get(service);
        if (target == null) {
            throw new IllegalStateException("Expected millrace.services." + service + ".url");
        }
        var admin = new Caller(tenant, "tenant-removal", List.of(new Grant(Role.ADMIN, "")));
        var answer =
                http.delete()
                        .uri(URI.create(target.url() + "/api/v1/" + tenant + path))
                        .headers(h -> h.setBearerAuth(signer.forCaller(admin, VALID_FOR)))
                        .retrieve()
                        .body(Count.class);
        return answer == null ? 0 : answer.count();
    }

    @Override
    public void start() {
        thread = Thread.ofVirtual().name("tenant-removal").start(TenantScope.acrossAll(this::run));
    }

    @Override
    public void stop() {
        var current = thread;
        if (current != null) {
            current.interrupt();
            thread = null;
        }
    }

    @Override
    public boolean isRunning() {
        return thread != null;
    }
}
