// SPDX-License-Identifier: Apache-2.0
package io.millrace.execution;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import io.micrometer.core.instrument.MeterRegistry;
import io.millrace.execution.dispatch.ChildStarter;
import io.millrace.execution.dispatch.CommandPublisher;
import io.millrace.execution.dispatch.JobMessages;
import io.millrace.execution.download.Ancestors;
import io.millrace.execution.files.LargeOutputs;
import io.millrace.execution.flows.FlowClient;
import io.millrace.execution.flows.FlowDirectory;
import io.millrace.execution.flows.SettingsWatch;
import io.millrace.execution.follow.Feed;
import io.millrace.execution.lane.CommitHook;
import io.millrace.execution.lane.ExecutionStore;
import io.millrace.execution.lane.Housekeeping;
import io.millrace.execution.lane.LaneHealth;
import io.millrace.execution.lane.LaneProperties;
import io.millrace.execution.lane.LaneRouter;
import io.millrace.execution.lane.Lanes;
import io.millrace.execution.lane.LogBudget;
import io.millrace.execution.lane.LogBudgetProperties;
import io.millrace.execution.lane.LogUsage;
import io.millrace.execution.locks.TargetLocks;
import io.millrace.execution.logs.LogPurge;
import io.millrace.execution.logs.LogStore;
import io.millrace.execution.purge.Purge;
import io.millrace.execution.purge.Retention;
import io.millrace.execution.purge.RetentionProperties;
import io.millrace.execution.search.Executions;
import io.millrace.execution.slots.Slots;
import io.millrace.execution.start.Course;
import io.millrace.execution.start.ExecutionStarter;
import io.millrace.execution.start.IdempotencyKeys;
import io.millrace.execution.start.InputHttp;
import io.millrace.execution.start.InputStores;
import io.millrace.execution.start.InputTyping;
import io.millrace.execution.start.Reviews;
import io.millrace.execution.start.StartQuotas;
import io.millrace.execution.start.Uploads;
import io.millrace.execution.workers.BatchResults;
import io.millrace.execution.workers.ClaimBook;
import io.millrace.execution.workers.Workers;
import io.millrace.expressions.Expressions;
import io.millrace.platform.access.Access;
import io.millrace.platform.access.TaskReach;
import io.millrace.platform.access.WorkerGroups;
import io.millrace.platform.broker.Broker;
import io.millrace.platform.crypto.EncryptionProperties;
import io.millrace.platform.egress.TenantEgress;
import io.millrace.platform.identity.TaskTokens;
import io.millrace.platform.identity.TokenSigner;
import io.millrace.platform.tenancy.TenantWall;
import io.millrace.storage.InternalStorage;
import java.sql.SQLException;
import java.time.Clock;
import java.util.concurrent.Executors;
import javax.sql.DataSource;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.transaction.PlatformTransactionManager;

/// How the parts of this service are put together.
@Configuration
@EnableConfigurationProperties({
    WorkerGroups.class,
    ExecutionProperties.class,
    ExecutionProperties.FlowService.class,
    ExecutionProperties.SecretsService.class,
    ExecutionProperties.Storage.class,
    EncryptionProperties.class,
    RetentionProperties.class,
    LogBudgetProperties.class,
    ExecutionProperties.Variables.class,
    LaneProperties.class
})
class ExecutionConfiguration {

    @Bean
    Reads reads(DataSource lanes, ExecutionProperties properties, TenantWall wall)
            throws SQLException {
        var config = new HikariConfig();
        lanes.unwrap(HikariDataSource.class).copyStateTo(config);
        config.setPoolName("reads");
        config.setMaximumPoolSize(properties.reads().connections());
        config.setMinimumIdle(1);
        config.setReadOnly(true);
        config.setConnectionInitSql(
                "set statement_timeout = " + properties.reads().statementTimeout().toMillis());
        var pool = new HikariDataSource(config);
        return new Reads(pool, wall.around(pool));
    }

    @Bean
    InternalStorage internalStorage(ExecutionProperties.Storage storage) {
        return InternalStorage.open(storage.settings());
    }

    @Bean
    Expressions expressions() {
        return new Expressions();
    }

    @Bean
    FlowClient flowClient(ExecutionProperties.FlowService service, TokenSigner tokens) {
        return new FlowClient(service.url(), tokens);
    }

    @Bean
    FlowDirectory flowDirectory(
            FlowClient client,
            ExecutionProperties.Variables variables,
            Expressions expressions,
            TaskReach reach) {
        return new FlowDirectory(
                client,
                expressions,
                variables.ofInstallation(System.getenv()),
                reach,
                Executors.newVirtualThreadPerTaskExecutor());
    }

    @Bean
    SettingsWatch settingsWatch(FlowDirectory flows) {
        return new SettingsWatch(flows);
    }

    @Bean
    ExecutionStore executionStore(
            JdbcClient jdbc, PlatformTransactionManager transactions, LogUsage usage) {
        return new ExecutionStore(jdbc, transactions, usage);
    }

    @Bean
    JobMessages jobMessages(
            Broker broker,
            TaskTokens tokens,
            JdbcClient jdbc,
            Workers workers,
            WorkerGroups groups,
            Clock clock) {
        return new JobMessages(broker, tokens, jdbc, workers, groups, clock);
    }

    @Bean
    InputStores inputStores(
            ExecutionProperties.FlowService flow,
            ExecutionProperties.SecretsService secrets,
            TaskTokens tokens,
            InternalStorage storage,
            TenantEgress egress) {
        return new InputStores(
                flow.url(), secrets.url(), tokens, storage, InputHttp.within(egress));
    }

    @Bean
    InputTyping inputTyping(
            Expressions expressions, EncryptionProperties encryption, InputStores stores) {
        return new InputTyping(expressions, encryption.cipher(), stores);
    }

    @Bean
    Housekeeping housekeeping(JdbcClient jdbc, Clock clock) {
        return new Housekeeping(jdbc, clock);
    }

    @Bean
    LogUsage logUsage(JdbcClient jdbc, Clock clock) {
        return new LogUsage(jdbc, clock);
    }

    @Bean
    LogBudget logBudget(LogBudgetProperties properties) {
        return new LogBudget(properties, System::nanoTime);
    }

    @Bean
    LogStore logStore(
            Broker broker,
            JdbcClient jdbc,
            PlatformTransactionManager transactions,
            ExecutionStore store,
            LogBudget budget,
            Feed feed) {
        return new LogStore(broker, jdbc, transactions, store, budget, feed);
    }

    @Bean
    Ancestors ancestors(Reads reads) {
        return new Ancestors(reads);
    }

    @Bean
    Purge purge(JdbcClient jdbc, PlatformTransactionManager transactions, InternalStorage storage) {
        return new Purge(jdbc, transactions, storage);
    }

    @Bean
    Retention retention(
            JdbcClient jdbc,
            PlatformTransactionManager transactions,
            Purge purge,
            RetentionProperties properties,
            Clock clock) {
        return new Retention(jdbc, transactions, purge, properties, clock);
    }

    @Bean
    LogPurge logPurge(JdbcClient jdbc) {
        return new LogPurge(jdbc);
    }

    @Bean
    Course course(
            Executions executions,
            ExecutionStarter starter,
            FlowDirectory flows,
            InputTyping inputs,
            Uploads uploads,
            Lanes lanes,
            Purge purge) {
        return new Course(executions, starter, flows, inputs, uploads, lanes, purge);
    }

    @Bean
    Reviews reviews(Course course, Executions executions, Lanes lanes) {
        return new Reviews(course, executions, lanes);
    }

    @Bean
    ChildStarter childStarter(FlowDirectory flows, InputTyping inputs) {
        return new ChildStarter(flows, inputs);
    }

    @Bean
    Slots slots(
            JdbcClient jdbc,
            PlatformTransactionManager transactions,
            FlowDirectory flows,
            ObjectProvider<LaneRouter> router) {
        return new Slots(jdbc, transactions, flows, router);
    }

    @Bean
    TargetLocks targetLocks(
            JdbcClient jdbc,
            PlatformTransactionManager transactions,
            ObjectProvider<LaneRouter> router) {
        return new TargetLocks(jdbc, transactions, router);
    }

    @Bean
    CommandPublisher commandPublisher(
            Broker broker,
            JobMessages jobs,
            ChildStarter children,
            Slots slots,
            TargetLocks locks) {
        return new CommandPublisher(broker.topology(), jobs, children, slots, locks);
    }

    @Bean
    Workers workers(
            Broker broker,
            ObjectProvider<LaneRouter> router,
            ExecutionProperties properties,
            Clock clock) {
        return new Workers(broker, router, properties.workerLostAfter(), clock);
    }

    @Bean
    BatchResults batchResults(JdbcClient jdbc) {
        return new BatchResults(jdbc);
    }

    @Bean
    ClaimBook claimBook(JdbcClient jdbc, Workers workers, LaneRouter lanes) {
        return new ClaimBook(jdbc, workers, lanes);
    }

    @Bean
    Lanes lanes(
            LaneProperties properties,
            ExecutionStore store,
            JdbcClient jdbc,
            FlowDirectory flows,
            Broker broker,
            CommandPublisher publisher,
            Workers workers,
            LogBudget budget,
            InputTyping inputs,
            MeterRegistry meters,
            ObjectProvider<CommitHook> hook,
            Clock clock) {
        return new Lanes(
                properties,
                store,
                jdbc,
                flows,
                broker,
                publisher,
                workers,
                budget,
                inputs::sealed,
                meters,
                hook.getIfAvailable(() -> CommitHook.NONE),
                clock);
    }

    @Bean
    LaneHealth lanesHealthIndicator(Lanes lanes) {
        return new LaneHealth(lanes);
    }

    @Bean
    Feed feed(Broker broker, Reads reads) {
        return new Feed(broker, reads);
    }

    @Bean
    LargeOutputs largeOutputs(InternalStorage storage) {
        return new LargeOutputs(storage);
    }

    @Bean
    Executions executions(Reads reads, Access access, LargeOutputs largeOutputs, Clock clock) {
        return new Executions(reads, access, largeOutputs, clock);
    }

    @Bean
    StartQuotas startQuotas(Reads reads, Clock clock) {
        return new StartQuotas(reads, clock);
    }

    @Bean
    ExecutionStarter executionStarter(
            FlowDirectory flows,
            InputTyping inputs,
            Lanes lanes,
            Access access,
            StartQuotas quotas,
            Clock clock) {
        return new ExecutionStarter(flows, inputs, lanes, access, quotas, clock);
    }

    @Bean
    IdempotencyKeys idempotencyKeys(JdbcClient jdbc) {
        return new IdempotencyKeys(jdbc);
    }

    @Bean
    Uploads uploads(InternalStorage storage) {
        return new Uploads(storage);
    }
}
