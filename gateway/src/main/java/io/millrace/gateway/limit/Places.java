// SPDX-License-Identifier: Apache-2.0
package io.millrace.gateway.limit;

import io.millrace.gateway.GatewayProperties;
import io.millrace.platform.problem.ServiceException;
import java.time.Duration;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import org.springframework.stereotype.Component;

/// Requests that are being served, by tenant: connections are shared by all, and whoever keeps many
/// open, slow ones or streams, leaves some to others.
@Component
public class Places {
    private final int most;
    private final ConcurrentMap<String, Integer> taken = new ConcurrentHashMap<>();

    /// One that is taken.
    public interface Place extends AutoCloseable {
        @Override
        void close();
    }

    Places(GatewayProperties properties) {
        this.most = properties.limits().tenantAtOnce();
    }

    /// @return to be closed when the request has been served
    /// @throws ServiceException.TooMany if the tenant has all that it gets
    public Place take(String tenant) {
        int number = taken.merge(tenant, 1, Integer::sum);
        if (number > most) {
            leave(tenant);
            throw new ServiceException.TooMany(
                    "Expected at most %d requests of tenant %s at the same time"
                            .formatted(most, tenant),
                    Duration.ofSeconds(1));
        }
        return () -> leave(tenant);
    }

    private void leave(String tenant) {
        taken.computeIfPresent(tenant, (_, number) -> number == 1 ? null : number - 1);
    }
}
