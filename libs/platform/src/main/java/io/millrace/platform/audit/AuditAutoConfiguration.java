// SPDX-License-Identifier: Apache-2.0
package io.millrace.platform.audit;

import io.millrace.platform.access.Access;
import io.millrace.platform.broker.Broker;
import io.millrace.platform.broker.BrokerAutoConfiguration;
import java.time.Clock;
import java.util.Map;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.context.annotation.Bean;

/// The audit log's inlet; every refusal goes there.
@AutoConfiguration(after = BrokerAutoConfiguration.class)
@ConditionalOnBean(Broker.class)
public class AuditAutoConfiguration {

    @Bean
    Audit audit(Broker broker, Clock clock) {
        return new Audit(broker, clock);
    }

    @Bean
    Access.RefusalListener auditedRefusals(Audit audit) {
        return (caller, permission, resource) ->
                audit.record(
                        caller.tenant(),
                        "access.refused",
                        resource,
                        "refused",
                        Map.of("permission", permission.name()));
    }
}
