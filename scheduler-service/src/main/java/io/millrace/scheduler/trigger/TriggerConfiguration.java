// SPDX-License-Identifier: Apache-2.0
package io.millrace.scheduler.trigger;

import io.micrometer.core.instrument.MeterRegistry;
import io.millrace.expressions.Expressions;
import io.millrace.platform.broker.Broker;
import io.millrace.platform.outbox.Outbox;
import io.millrace.scheduler.condition.Conditions;
import io.millrace.scheduler.execution.Executions;
import io.millrace.scheduler.flowtrigger.FlowTriggers;
import io.millrace.scheduler.flowtrigger.TriggeredRequests;
import io.millrace.scheduler.question.Stores;
import io.millrace.scheduler.schedule.FlowInputs;
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
            Executions executions,
            Polls polls,
            Deadlines deadlines,
            Broker broker,
            PlatformTransactionManager transactions,
            ScheduleMetrics metrics,
            SchedulerProperties properties,
            Stores stores) {
        var publisher = broker.newPublisher();
        return new Ticks(
                store,
                flows,
                requests,
                executions,
                polls,
                deadlines,
                broker.topology(),
                publisher::publish,
                new TransactionTemplate(transactions),
                metrics,
                properties,
                stores,
                task -> Thread.ofVirtual().name("trigger-question").start(task));
    }

    @Bean
    Polls polls(
            PollStore store,
            TriggerStore triggers,
            KnownFlows flows,
            Conditions conditions,
            Expressions expressions,
            FlowInputs inputs,
            Broker broker,
            Outbox outbox,
            PlatformTransactionManager transactions,
            SchedulerProperties properties,
            Stores stores,
            Clock clock) {
        return new Polls(
                store,
                triggers,
                flows,
                conditions,
                expressions,
                inputs,
                broker.topology(),
                outbox::add,
                new TransactionTemplate(transactions),
                properties,
                stores,
                clock);
    }

    @Bean
    Backfills backfills(
            BackfillStore store,
            KnownFlows flows,
            TickRequests requests,
            Executions executions,
            Stores stores,
            Broker broker,
            PlatformTransactionManager transactions,
            SchedulerProperties properties,
            Clock clock) {
        var publisher = broker.newPublisher();
        return new Backfills(
                store,
                flows,
                requests,
                executions,
                stores,
                broker.topology(),
                publisher::publish,
                new TransactionTemplate(transactions),
                properties.mostBackfillDates(),
                clock);
    }

    @Bean
    BackfillLoop backfillLoop(Backfills backfills, SchedulerProperties properties) {
        return new BackfillLoop(backfills, properties.lookAgain());
    }

    @Bean
    ScheduleMetrics scheduleMetrics(MeterRegistry meters) {
        return new ScheduleMetrics(meters);
    }

    @Bean
    SchedulerLoop schedulerLoop(
            Ticks ticks,
            TriggerStore store,
            ScheduleMetrics metrics,
            Clock clock,
            SchedulerProperties properties) {
        return new SchedulerLoop(ticks, store, metrics, clock, properties.lookAgain());
    }

    @Bean
    Listening listening(
            TriggerStore store,
            HeardStore heard,
            KnownFlows flows,
            FlowTriggers reader,
            TriggeredRequests requests,
            Executions executions,
            Stores stores,
            NamespaceUsers users,
            Broker broker,
            Outbox outbox,
            PlatformTransactionManager transactions,
            SchedulerProperties properties,
            Clock clock) {
        var publisher = broker.newPublisher();
        return new Listening(
                store,
                heard,
                flows,
                reader,
                requests,
                executions,
                stores,
                users,
                new Listening.Ways(broker.topology(), publisher::publish, outbox::add),
                new TransactionTemplate(transactions),
                properties.clockSkew(),
                clock);
    }
}
