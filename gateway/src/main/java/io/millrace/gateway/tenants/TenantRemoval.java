// SPDX-License-Identifier: Apache-2.0
package io.millrace.gateway.tenants;

import io.millrace.platform.http.InternalClients;
import io.millrace.platform.problem.ServiceException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.SmartLifecycle;
import org.springframework.dao.DataAccessException;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;
import org.springframework.web.client.RestClientException;

/// Has the services remove what was in a removed tenant: its secrets' key first, then its flows,
/// with which its triggers go, then its executions are killed. It is asked again until all have
/// done it.
@Component
class TenantRemoval implements SmartLifecycle {
    private static final Logger log = LoggerFactory.getLogger(TenantRemoval.class);
    private static final List<String> SERVICES = List.of("secrets", "flow", "execution");
    private static final Duration LOOK_EVERY = Duration.ofMinutes(1);

    private final JdbcClient jdbc;
    private final InternalClients clients;
    private final Semaphore wakes = new Semaphore(1);
    private volatile @Nullable Thread thread;

    TenantRemoval(JdbcClient jdbc, InternalClients clients) {
        this.jdbc = jdbc;
        this.clients = clients;
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
        for (var service : SERVICES) {
            try {
                clients.client(service)
                        .delete()
                        .uri("/internal/tenants/{tenant}", tenant)
                        .retrieve()
                        .toBodilessEntity();
            } catch (ServiceException.Unavailable | RestClientException e) {
                log.atWarn()
                        .addKeyValue("tenant", tenant)
                        .addKeyValue("service", service)
                        .addKeyValue("cause", String.valueOf(e.getMessage()))
                        .log("A removed tenant is not gone everywhere yet");
                return;
            }
        }
        jdbc.sql("update tenant set purged_at = now() where id = ?").param(tenant).update();
        log.atInfo().addKeyValue("tenant", tenant).log("A removed tenant is gone");
    }

    @Override
    public void start() {
        thread = Thread.ofVirtual().name("tenant-removal").start(this::run);
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
