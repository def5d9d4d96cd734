// SPDX-License-Identifier: Apache-2.0
package io.millrace.worker;

import static org.awaitility.Awaitility.await;

import io.millrace.contracts.BatchOutputs;
import io.millrace.contracts.Claims;
import io.millrace.contracts.Codec;
import io.millrace.contracts.Control;
import io.millrace.contracts.Heartbeat;
import io.millrace.contracts.Job;
import io.millrace.contracts.LaneEvent;
import io.millrace.contracts.LaneMessage;
import io.millrace.contracts.LogBatch;
import io.millrace.contracts.LogLine;
import io.millrace.contracts.Topology;
import io.millrace.expressions.Expressions;
import io.millrace.platform.access.TaskReach;
import io.millrace.platform.broker.Broker;
import io.millrace.platform.broker.BrokerDialect;
import io.millrace.platform.broker.BrokerProperties;
import io.millrace.platform.broker.OutgoingMessage;
import io.millrace.platform.crypto.MasterKeys;
import io.millrace.platform.crypto.ValueCipher;
import io.millrace.plugin.Egress;
import io.millrace.plugin.PluginCatalog;
import io.millrace.plugin.PluginSettings;
import io.millrace.plugin.TaskExecutions;
import io.millrace.plugin.TaskFailedException;
import io.millrace.storage.InternalStorage;
import io.millrace.storage.StorageSettings;
import io.millrace.test.TestBroker;
import io.millrace.worker.log.LogShipper;
import io.millrace.worker.report.Heartbeats;
import io.millrace.worker.report.LaneReports;
import io.millrace.worker.run.Secrets;
import io.millrace.worker.run.TaskRunner;
import io.millrace.worker.take.Claiming;
import io.millrace.worker.take.JobTaker;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.springframework.util.unit.DataSize;

/// A worker on a real broker, and what it says.
final class WorkerFixture implements AutoCloseable, Claiming, Secrets {
    final TestBroker installation;
    final Topology topology;
    final Broker broker;
    final InternalStorage storage;
    final List<LaneMessage> said = new CopyOnWriteArrayList<>();
    final List<LogLine> streamed = new CopyOnWriteArrayList<>();
    final List<Heartbeat> heartbeats = new CopyOnWriteArrayList<>();
    final List<Claims.Claim> asked = new CopyOnWriteArrayList<>();
    final Map<String, String> secrets = new ConcurrentHashMap<>();
    final FakeStores stores = new FakeStores();
    volatile boolean grants = true;
    final ValueCipher cipher =
            new ValueCipher(
                    MasterKeys.parse(Base64.getEncoder().encodeToString(new byte[32])),
                    new SecureRandom());
    volatile TaskExecutions executions = new NoExecutions();
    private final List<Worker> workers = new ArrayList<>();
    private final List<Broker> brokers = new ArrayList<>();
    private final AtomicInteger next = new AtomicInteger();

    WorkerFixture(Path directory) {
        installation = TestBroker.create();
        topology = installation.topology(1);
        broker = connect("test");
        storage = InternalStorage.open(StorageSettings.directory(directory));
        broker.consume(
                topology.laneQueue(0),
                1000,
                delivery -> {
                    said.add(delivery.as(LaneMessage.class));
                    delivery.ack();
                });
        broker.listen(
                topology.logsExchange(),
                List.of("#"),
                delivery -> streamed.addAll(delivery.as(LogBatch.class).lines()));
        broker.listen(
                topology.heartbeatsExchange(),
                List.of("#"),
                delivery -> heartbeats.add(delivery.as(Heartbeat.class)));
        for (var tenant : List.of("main", "other")) {
            broker.declare(topology.jobs("default", tenant));
        }
    }

    private Broker connect(String name) {
        var connected =
                new Broker(
                        new BrokerProperties(
                                installation.uri(),
                                BrokerDialect.valueOf(
                                        installation.dialect().toUpperCase(Locale.ROOT)),
                                installation.installation(),
                                Duration.ofSeconds(20),
                                Duration.ofSeconds(3)),
                        topology,
                        name);
        connected.start();
        brokers.add(connected);
        return connected;
    }

    static WorkerProperties properties(int slots, String... tenants) {
        return new WorkerProperties(
                "default",
                List.of(tenants),
                slots,
                32,
                Map.of(),
                Duration.ofSeconds(1),
                Duration.ofSeconds(5),
                Duration.ofMillis(50),
                Duration.ofSeconds(20),
                Duration.ofMillis(300),
                Duration.ofMinutes(1),
                Duration.ofSeconds(5),
                Duration.ofSeconds(3),
                Duration.ofMillis(500),
                32768,
                DataSize.ofMegabytes(10),
                DataSize.ofKilobytes(256),
                DataSize.ofMegabytes(64),
                DataSize.ofMegabytes(64),
                null);
    }

    Worker start(WorkerProperties properties) {
        var own = connect("worker");
        var clock = Clock.systemUTC();
        var catalog = PluginCatalog.load();
        var shipper = new LogShipper(own.newPublisher(), topology);
        var reports = new LaneReports(own.newPublisher(), topology, clock);
        var runner =
                new TaskRunner(
                        properties,
                        "worker-" + workers.size(),
                        catalog,
                        new Expressions(),
                        storage,
                        this,
                        cipher,
                        _ -> executions,
                        _ -> stores,
                        TaskReach.HIERARCHY,
                        _ -> Egress.of(Egress.Rules.ofProcess()),
                        this::batchOutputs,
                        shipper,
                        reports,
                        clock);
        var taker = new JobTaker(properties, own, catalog, runner, this, clock);
        var beats = new Heartbeats(properties, own.newPublisher(), topology, runner, taker, clock);
        var worker =
                new Worker(
                        properties,
                        catalog,
                        // scripts leave their traces in directories of the test
                        new PluginSettings(
                                Map.of("script.kill-grace", "PT0.5S", "script.user", "worker")),
                        runner,
                        taker,
                        beats,
                        shipper,
                        reports);
        worker.start();
        workers.add(worker);
        return worker;
    }

    /// A job of the given type, of a new execution.
    JobBuilder job(String type) {
        return new JobBuilder(type, next.getAndIncrement());
    }

    /// A job of an execution that has others.
    JobBuilder job(String type, String executionId) {
        return new JobBuilder(type, executionId);
    }

    final class JobBuilder {
        private final String type;
        private final String executionId;
        private final Map<String, @Nullable Object> properties = new HashMap<>();
        private final Map<String, @Nullable Object> variables = new HashMap<>();
        private String tenant = "main";
        private Instant createdAt = Instant.now();
        private @Nullable Duration timeout;
        private Job.@Nullable Directory directory;
        private Job.@Nullable Cache cache;
        private int taskRun;

        private JobBuilder(String type, int number) {
            this(type, "execution%013d".formatted(number));
        }

        private JobBuilder(String type, String executionId) {
            this.type = type;
            this.executionId = executionId;
        }

        /// In the directory that task run 0 has opened.
        JobBuilder inDirectory(String worker, int ordinal) {
            directory = new Job.Directory(worker, 0, 1);
            taskRun = ordinal;
            return this;
        }

        JobBuilder with(String property, @Nullable Object value) {
            properties.put(property, value);
            return this;
        }

        JobBuilder variable(String name, Object value) {
            variables.put(name, value);
            return this;
        }

        JobBuilder tenant(String name) {
            tenant = name;
            return this;
        }

        JobBuilder createdAt(Instant at) {
            createdAt = at;
            return this;
        }

        JobBuilder timeout(Duration after) {
            timeout = after;
            return this;
        }

        Job build() {
            return new Job(
                    tenant,
                    "company.team",
                    "flow",
                    1,
                    executionId,
                    taskRun,
                    "task",
                    0,
                    1,
                    type,
                    properties,
                    variables,
                    timeout,
                    "INFO",
                    false,
                    "token",
                    createdAt,
                    null,
                    null,
                    directory,
                    null,
                    null,
                    cache);
        }

        /// Lets outputs of an equal run be taken over.
        JobBuilder cached() {
            cache = new Job.Cache(Duration.ofHours(1));
            return this;
        }

        /// @return the execution's id
        String send() {
            WorkerFixture.this.send(List.of(build()));
            return executionId;
        }

        LaneEvent.TaskEnded run() {
            return ended(send());
        }

        /// As it is in its message.
        String json() {
            return new String(Codec.encode(build()), StandardCharsets.UTF_8);
        }
    }

    void sendRaw(String tenant, String job) {
        broker.publisher()
                .publish(
                        new OutgoingMessage(
                                topology.jobsExchange(),
                                Topology.jobKey("default", tenant),
                                job.getBytes(StandardCharsets.UTF_8),
                                true,
                                true));
    }

    void send(List<Job> jobs) {
        broker.publisher()
                .publish(
                        jobs.stream()
                                .map(job ->
                                        OutgoingMessage.durable(
                                                topology.jobsExchange(),
                                                job.directory() == null
                                                        ? Topology.jobKey("default", job.tenant())
                                                        : Topology.workerKey(
                                                                job.directory().worker()),
                                                job))
                                .toList());
    }

    void tell(Control control) {
        broker.publisher()
                .publish(
                        OutgoingMessage.transientEvent(
                                topology.controlExchange(), "control", control));
    }

    void kill(String executionId) {
        tell(new Control.Kill(List.of(new Control.TaskRun(executionId, 0, 1))));
    }

    <E extends LaneEvent> Optional<E> find(String executionId, Class<E> type) {
        return said.stream()
                .filter(message -> message.executionId().equals(executionId))
                .map(LaneMessage::event)
                .filter(type::isInstance)
                .map(type::cast)
                .findFirst();
    }

    <E extends LaneEvent> E awaitEvent(String executionId, Class<E> type) {
        return Objects.requireNonNull(
                await().atMost(Duration.ofSeconds(20))
                        .pollInterval(Duration.ofMillis(5))
                        .until(() -> find(executionId, type).orElse(null), Objects::nonNull));
    }

    LaneEvent.TaskEnded ended(String executionId) {
        return awaitEvent(executionId, LaneEvent.TaskEnded.class);
    }

    LaneEvent.TaskEnded ended(String executionId, int taskRun) {
        return Objects.requireNonNull(
                await().atMost(Duration.ofSeconds(20))
                        .pollInterval(Duration.ofMillis(5))
                        .until(
                                () ->
                                        said.stream()
                                                .filter(m -> m.executionId().equals(executionId))
                                                .map(LaneMessage::event)
                                                .filter(LaneEvent.TaskEnded.class::isInstance)
                                                .map(LaneEvent.TaskEnded.class::cast)
                                                .filter(e -> e.taskRun() == taskRun)
                                                .findFirst()
                                                .orElse(null),
                                Objects::nonNull));
    }

    int queued(String tenant) throws Exception {
        try (var connection = installation.connect();
                var channel = connection.createChannel()) {
            return channel.queueDeclarePassive(topology.jobQueue("default", tenant))
                    .getMessageCount();
        }
    }

    @Override
    public List<Claims.Claim> claim(List<Claims.Claim> claims, Map<String, String> tokens) {
        asked.addAll(claims);
        return grants ? claims : List.of();
    }

    /// A page has two batches, each with its number as output.
    private BatchOutputs.Response batchOutputs(BatchOutputs.Request request) {
        var outputs = new ArrayList<Map<String, @Nullable Object>>();
        for (int batch = request.from(); batch < Math.min(1001, request.from() + 1000); batch++) {
            outputs.add(Map.of("batch", batch));
        }
        return new BatchOutputs.Response(1001, outputs);
    }

    @Override
    public List<String> tenants(String group) {
        return List.of();
    }

    @Override
    public Optional<String> read(String token, String namespace, String name) {
        return Optional.ofNullable(secrets.get(name));
    }

    @Override
    public void close() {
        workers.forEach(Worker::stop);
        brokers.reversed().forEach(Broker::close);
        storage.close();
        installation.close();
    }

    /// Refuses everything.
    static final class NoExecutions implements TaskExecutions {
        @Override
        public void resume(String executionId, Map<String, @Nullable Object> inputs)
                throws TaskFailedException {
            throw new TaskFailedException("refused");
        }

        @Override
        public List<Count> count(Query query) throws TaskFailedException {
            throw new TaskFailedException("refused");
        }

        @Override
        public Purged purge(Purge purge) throws TaskFailedException {
            throw new TaskFailedException("refused");
        }

        @Override
        public long purgeLogs(LogPurge purge) throws TaskFailedException {
            throw new TaskFailedException("refused");
        }
    }
}
