// SPDX-License-Identifier: Apache-2.0
package io.millrace.scheduler.trigger;

import io.millrace.platform.broker.Broker;
import io.millrace.scheduler.schedule.TickRequests;
import java.time.Clock;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

@Configuration(proxyBeanMethods = false)
class TriggerConfiguration {

    @Bean
    Ticks ticks(
            TriggerStore store,
            KnownFlows flows,
            TickRequests requests,
            Broker broker,
            PlatformTransactionManager transactions,
            SchedulerProperties properties) {
        var publisher = broker.newPublisher();
        return new Ticks(
                store,
                flows,
                requests,
                broker.topology(),
                publisher::publish,
                new TransactionTemplate(transactions),
                properties);
    }

    @Bean
    SchedulerLoop schedulerLoop(
            Ticks ticks, TriggerStore store, Clock clock, SchedulerProperties properties) {
        return new SchedulerLoop(ticks, store, clock, properties.lookAgain());
    }
}
