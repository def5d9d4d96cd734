// SPDX-License-Identifier: Apache-2.0
package io.millrace.worker;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.millrace.contracts.Topology;
import io.millrace.expressions.Expressions;
import io.millrace.platform.access.TaskReach;
import io.millrace.platform.broker.Broker;
import io.millrace.platform.crypto.EncryptionProperties;
import io.millrace.platform.egress.TenantEgress;
import io.millrace.platform.identity.TokenSigner;
import io.millrace.plugin.PluginCatalog;
import io.millrace.plugin.PluginSettings;
import io.millrace.plugin.runtime.install.PluginFolders;
import io.millrace.storage.InternalStorage;
import io.millrace.storage.StorageSettings;
import io.millrace.worker.log.LogShipper;
import io.millrace.worker.report.Heartbeats;
import io.millrace.worker.report.LaneReports;
import io.millrace.worker.run.TaskRunner;
import io.millrace.worker.service.EgressPolicies;
import io.millrace.worker.service.ExecutionService;
import io.millrace.worker.service.OwnStorage;
import io.millrace.worker.service.SecretsService;
import io.millrace.worker.service.StoreServices;
import io.millrace.worker.take.JobTaker;
import java.net.InetAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.net.http.HttpClient;
import java.time.Clock;
import java.time.Duration;
import java.util.UUID;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.context.properties.bind.Bindable;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.env.Environment;

@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties({WorkerProperties.class, EncryptionProperties.class})
class WorkerConfiguration {

    /// Unlike that of any worker before: what a dead one ran isn't this one's.
    record WorkerId(String value) {}

    @Bean
    WorkerId workerId() {
        String host;
        try {
            host = InetAddress.getLocalHost().getHostName();
        } catch (UnknownHostException _) {
            host = "worker";
        }
        return new WorkerId(host + "-" + UUID.randomUUID().toString().substring(0, 8));
    }

    @Bean
    PluginCatalog pluginCatalog(Environment environment) {
        return PluginCatalog.load(
                PluginFolders.of(
                                environment.getProperty("millrace.plugins.bundled"),
                                environment.getProperty("millrace.plugins.folder"))
                        .sources());
    }

    @Bean
    PluginSettings pluginSettings(Environment environment) {
        return OperatorSettings.of(environment);
    }

    @Bean
    InternalStorage internalStorage(Environment environment) {
        return new OwnStorage(
                InternalStorage.open(
                        Binder.get(environment)
                                .bindOrCreate(
                                        "millrace.storage", Bindable.of(StorageSettings.class))));
    }

    @Bean
    HttpClient serviceHttpClient() {
        return HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(2)).build();
    }

    @Bean
    ExecutionService executionService(
            HttpClient http,
            @Value("${millrace.services.execution.url}") URI url,
            TokenSigner tokens,
            WorkerId workerId) {
        return new ExecutionService(http, url, tokens::forService, workerId.value());
    }

    @Bean
    SecretsService secretsService(
            HttpClient http, @Value("${millrace.services.secrets.url}") URI url) {
        return new SecretsService(http, url);
    }

    @Bean
    StoreServices storeServices(
            HttpClient http,
            @Value("${millrace.services.flow.url}") URI flows,
            @Value("${millrace.services.execution.url}") URI executions,
            InternalStorage storage,
            TaskReach reach) {
        return new StoreServices(http, flows, executions, storage, reach);
    }

    @Bean
    LogShipper logShipper(Broker broker, Topology topology) {
        return new LogShipper(broker.newPublisher(), topology);
    }

    @Bean
    LaneReports laneReports(Broker broker, Topology topology, Clock clock) {
        return new LaneReports(broker.newPublisher(), topology, clock);
    }

    @Bean
    TaskRunner taskRunner(
            WorkerProperties properties,
            WorkerId workerId,
            PluginCatalog catalog,
            InternalStorage storage,
            SecretsService secrets,
            EncryptionProperties encryption,
            ExecutionService executions,
            StoreServices stores,
            TaskReach reach,
            TenantEgress egress,
            LogShipper shipper,
            LaneReports reports,
            Clock clock) {
        return new TaskRunner(
                properties,
                workerId.value(),
                catalog,
                new Expressions(),
                storage,
                secrets,
                encryption.cipher(),
                executions,
                stores,
                reach,
                new EgressPolicies(egress),
                executions,
                shipper,
                reports,
                clock);
    }

    @Bean
    JobTaker jobTaker(
            WorkerProperties properties,
            Broker broker,
            PluginCatalog catalog,
            TaskRunner runner,
            ExecutionService claiming,
            Clock clock,
            MeterRegistry meters) {
        var taker = new JobTaker(properties, broker, catalog, runner, claiming, clock);
        Gauge.builder("millrace.worker.slots", properties, WorkerProperties::slots)
                .description("Tasks of weight 1 that may run at once")
                .register(meters);
        Gauge.builder("millrace.worker.slots.used", taker, JobTaker::used)
                .description("Slots that running tasks take")
                .register(meters);
        return taker;
    }

    @Bean
    Worker worker(
            WorkerProperties properties,
            PluginCatalog catalog,
            PluginSettings settings,
            TaskRunner runner,
            JobTaker taker,
            Broker broker,
            Topology topology,
            LogShipper shipper,
            LaneReports reports,
            Clock clock) {
        var heartbeats =
                new Heartbeats(properties, broker.newPublisher(), topology, runner, taker, clock);
        return new Worker(
                properties, catalog, settings, runner, taker, heartbeats, shipper, reports);
    }
}
