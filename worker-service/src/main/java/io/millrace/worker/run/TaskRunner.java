// SPDX-License-Identifier: Apache-2.0
package io.millrace.worker.run;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Objects.requireNonNull;

import io.millrace.contracts.Codec;
import io.millrace.contracts.Job;
import io.millrace.contracts.LaneEvent;
import io.millrace.contracts.LogLine;
import io.millrace.expressions.ExpressionException;
import io.millrace.expressions.Expressions;
import io.millrace.expressions.RenderContext;
import io.millrace.model.TaskTypes;
import io.millrace.platform.access.TaskReach;
import io.millrace.platform.crypto.ValueCipher;
import io.millrace.plugin.EgressScope;
import io.millrace.plugin.NothingNewException;
import io.millrace.plugin.PluginCatalog;
import io.millrace.plugin.TaskFailedException;
import io.millrace.plugin.TaskLog;
import io.millrace.plugin.TaskPlugin;
import io.millrace.plugin.runtime.PluginCall;
import io.millrace.storage.InternalStorage;
import io.millrace.storage.StorageAccessException;
import io.millrace.worker.WorkerProperties;
import io.millrace.worker.log.LogShipper;
import io.millrace.worker.log.Masker;
import io.millrace.worker.log.TaskLogBuffer;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.core.JacksonException;

/// Runs tasks, each on a virtual thread, and reports how they end. A task is in [#running] until
/// the broker has confirmed its end.
public final class TaskRunner {
    private static final String TEMPLATED = TaskTypes.CORE + "templating.TemplatedTask";
    private static final Logger log = LoggerFactory.getLogger(TaskRunner.class);

    private final WorkerProperties properties;
    private final String workerId;
    private final PluginCatalog catalog;
    private final Expressions expressions;
    private final InternalStorage storage;
    private final Secrets secrets;
    private final ValueCipher cipher;
    private final TaskServices services;
    private final Stores stores;
    private final TaskReach reach;
    private final Policies egress;
    private final LogShipper shipper;
    private final TaskReports reports;
    private final InstantSource clock;
    private final PluginCall calls;
    private final Map<DispatchKey, Run> running = new ConcurrentHashMap<>();
    private final Map<DispatchKey, OpenDirectory> directories = new ConcurrentHashMap<>();
    private final BatchMerge merge;

    public TaskRunner(
            WorkerProperties properties,
            String workerId,
            PluginCatalog catalog,
            Expressions expressions,
            InternalStorage storage,
            Secrets secrets,
            ValueCipher cipher,
            TaskServices services,
            Stores stores,
            TaskReach reach,
            Policies egress,
            BatchOutputSource batchOutputs,
            LogShipper shipper,
            TaskReports reports,
            InstantSource clock) {
        this.properties = properties;
        this.workerId = workerId;
        this.catalog = catalog;
        this.expressions = expressions;
        this.calls = new PluginCall(expressions);
        this.storage = storage;
        this.secrets = secrets;
        this.cipher = cipher;
        this.services = services;
        this.stores = stores;
        this.reach = reach;
        this.egress = egress;
        this.merge = new BatchMerge(batchOutputs);
        this.shipper = shipper;
        this.reports = reports;
        this.clock = clock;
    }

    /// One run with what belongs to it.
    private final class Run {
        final RunningTask task;
        final Job job;
        final Consumer<RunningTask> freed;
        final Instant startedAt = clock.instant();
        final Masker masker = new Masker();
        final TaskLogBuffer lines;
        final JobFiles files;
        final SealedValues sealed;
        final RenderContext rendering;
        final JobContext context;
        final @Nullable OpenDirectory directory;

        Run(RunningTask task, Consumer<RunningTask> freed, @Nullable OpenDirectory directory) {
            this.task = task;
            this.job = task.job();
            this.freed = freed;
            var limits =
                    new TaskLogBuffer.Limits(
                            properties.maxLineChars(), properties.maxLog().toBytes());
            lines = new TaskLogBuffer(job, masker, limits, clock);
            this.directory = directory;
            var opened = stores.opened(job);
            files =
                    new JobFiles(
                            storage,
                            job,
                            n -> reach.mayRead(job.namespace(), n) || opened.test(n),
                            masker);
            var taskStores = new GuardedStores(stores.of(job), masker);
            sealed = new SealedValues(cipher, job.tenant(), masker);
            var variables = sealed.opened(job.variables());
            rendering =
                    RenderContext.of(variables)
                            .withFunctions(
                                    new JobFunctions(
                                            job,
                                            secrets,
                                            files,
                                            taskStores,
                                            masker,
                                            new HttpFunction(this::request)));
            context =
                    new JobContext(
                            task,
                            lines,
                            files,
                            services,
                            masker,
                            expressions,
                            rendering,
                            variables,
                            taskStores,
                            properties.directory(),
                            directory == null ? null : directory.path(),
                            this::emit,
                            sealed::conceal);
        }

        private Map<String, @Nullable Object> request(Map<String, @Nullable Object> properties)
                throws Exception {
            return calls.runRendered(plugin(HttpFunction.TASK), properties, context);
        }

        /// Returns when the broker has it; then the scheduler will.
        private void emit(String id, Record outputs) throws InterruptedException {
            var confirmed = new CountDownLatch(1);
            @SuppressWarnings("unchecked") // masking keeps the shape
            var masked =
                    (Map<String, @Nullable Object>)
                            requireNonNull(sealed.hidden(calls.outputs(outputs)));
            reports.report(
                    job,
                    new LaneEvent.TriggerFired(id, masked, clock.instant()),
                    confirmed::countDown);
            confirmed.await();
        }
    }

    public String workerId() {
        return workerId;
    }

    public Collection<RunningTask> running() {
        return running.values().stream().map(run -> run.task).toList();
    }

    public @Nullable RunningTask find(DispatchKey key) {
        var run = running.get(key);
        return run == null ? null : run.task;
    }

    /// Runs a task.
    ///
    /// @param freed called once it needs its slots no more, before its end is confirmed
    public void start(RunningTask task, Consumer<RunningTask> freed) {
        start(new Run(task, freed, null));
    }

    /// Runs a task in the directory that it names, if it is open here.
    ///
    /// @return whether it is
    public boolean startInDirectory(RunningTask task, Consumer<RunningTask> freed) {
        var named = task.job().directory();
        var directory =
                named == null
                        ? null
                        : directories.get(DispatchKey.of(task.job().executionId(), named));
        if (directory == null || !directory.enter()) {
            return false;
        }
        start(new Run(task, freed, directory));
        return true;
    }

    /// @return whether it was open
    public boolean closeDirectory(DispatchKey key) {
        var directory = directories.get(key);
        if (directory != null) {
            directory.close();
        }
        return directory != null;
    }

    /// Those whose directory nobody has used for so long.
    public List<RunningTask> idleDirectories(Duration least) {
        return directories.entrySet().stream()
                .filter(open -> open.getValue().idle().compareTo(least) >= 0)
                .map(open -> find(open.getKey()))
                .filter(Objects::nonNull)
                .toList();
    }

    /// Says again of directories that were opened and never used that they are open: the report may
    /// be lost.
    public void reportOpenDirectories() {
        directories.forEach((key, directory) -> {
            var run = running.get(key);
            if (run != null && !directory.wasEntered()) {
                reports.report(run.job, startOf(run), () -> {});
            }
        });
    }

    /// Reports that the directory of a job is not open here.
    public void reportNoDirectory(Job job) {
        var directory = job.directory();
        if (directory != null) {
            var lost =
                    new LaneEvent.TaskLost(
                            directory.taskRun(), directory.dispatch(), "its directory is closed");
            reports.report(job, lost, () -> {});
        }
    }

    private void start(Run run) {
        var task = run.task;
        running.put(task.key(), run);
        shipper.add(task.job().tenant(), run.lines);
        Thread.ofVirtual()
                .name(task.job().taskId() + "-" + task.job().executionId())
                .start(() -> run(run));
    }

    /// Ends a task that was killed before it started.
    public void refuse(RunningTask task, Consumer<RunningTask> freed) {
        var run = new Run(task, freed, null);
        running.put(task.key(), run);
        end(run, Outcome.killed());
    }

    private void run(Run run) {
        var outcome = outcomeOf(run);
        var stop = run.task.finish();
        // what a trigger has found may be gone from its source: it counts, whatever comes meanwhile
        boolean found = Job.TRIGGER.equals(run.job.replyTo()) && outcome.isGood();
        if (stop != null && !found) {
            outcome = stopped(run, stop, outcome);
        }
        if (stop == RunningTask.Stop.DRAIN) {
            handBack(run);
        } else {
            end(run, masked(run, outcome));
        }
        run.context.close();
        if (run.directory != null) {
            run.directory.leave();
        }
    }

    private Outcome outcomeOf(Run run) {
        try (var _ = EgressScope.enter(() -> egress.of(run.job.tenant()))) {
            run.task.begin();
            return execute(run);
        } catch (NothingNewException _) {
            return new Outcome(Outcome.State.SKIPPED, Map.of(), null, null);
        } catch (TaskFailedException e) {
            return Outcome.failed(String.valueOf(e.getMessage()), e.outputs());
        } catch (ExpressionException | StorageAccessException e) {
            return Outcome.failed(String.valueOf(e.getMessage()), Map.of());
        } catch (InterruptedException e) {
            return Outcome.failed("Interrupted", Map.of());
        } catch (Exception e) {
            log.atDebug().setCause(e).log("A task failed");
            return Outcome.failed(messageOf(e), Map.of());
        } catch (OutOfMemoryError | StackOverflowError | LinkageError e) {
            log.atError().addKeyValue("type", run.job.type()).setCause(e).log("A task failed hard");
            return Outcome.failed(messageOf(e), Map.of());
        }
    }

    private Outcome execute(Run run) throws Exception {
        if (run.job.type().equals(Job.RENDER)) {
            return new Outcome(
                    Outcome.State.SUCCESS,
                    calls.render(run.job.properties(), run.rendering),
                    null,
                    null);
        }
        if (run.job.type().equals(Job.STORE)) {
            return new Outcome(
                    Outcome.State.SUCCESS, LoopOutputs.of(run.job, run.files), null, null);
        }
        if (run.job.type().equals(Job.OPEN_DIRECTORY)) {
            return new Outcome(Outcome.State.SUCCESS, keepDirectory(run), null, null);
        }
        if (run.job.type().equals(Job.MERGE_BATCH_OUTPUTS)) {
            var outputs = merge.run(run.job, run.files, run.context.workingDirectory());
            return new Outcome(Outcome.State.SUCCESS, outputs, null, null);
        }
        var type = run.job.type();
        var properties = run.job.properties();
        if (type.equals(TEMPLATED)) {
            properties = specified(run);
            type = TaskTypes.canonical(String.valueOf(properties.remove("type")));
        }
        var plugin = plugin(type);
        var cache = run.job.cache();
        if (cache == null) {
            return outcome(run, calls.run(plugin, properties, run.rendering, run.context));
        }
        var kept =
                new KeptOutputs(
                        run.files,
                        KeptOutputs.key(type, calls.identity(plugin, properties, run.rendering)),
                        cache.ttl(),
                        clock);
        var earlier = kept.find();
        if (earlier != null) {
            run.lines.debug("The outputs of an earlier run are taken over");
            return new Outcome(Outcome.State.SUCCESS, run.sealed.opened(earlier), null, null);
        }
        var outcome = outcome(run, calls.run(plugin, properties, run.rendering, run.context));
        if (outcome.state() == Outcome.State.SUCCESS) {
            kept.keep(hidden(run, outcome));
        }
        return outcome;
    }

    private static Outcome outcome(Run run, Map<String, @Nullable Object> outputs) {
        return new Outcome(
                run.context.warning() ? Outcome.State.WARNING : Outcome.State.SUCCESS,
                outputs,
                null,
                null);
    }

    private TaskPlugin<?, ?> plugin(String type) throws TaskFailedException {
        return catalog.plugin(type)
                .orElseThrow(() ->
                        new TaskFailedException("No worker of this group knows the type " + type));
    }

    /// The task that a templated task's rendered specification describes.
    private Map<String, @Nullable Object> specified(Run run) throws TaskFailedException {
        var spec = calls.render(run.job.properties(), run.rendering).get("spec");
        var parsed = run.context.evaluate("{{ yaml(spec) }}", Map.of("spec", String.valueOf(spec)));
        if (!(parsed instanceof Map<?, ?> map) || !(map.get("type") instanceof String)) {
            throw new TaskFailedException("Expected a task with a type in `spec`");
        }
        if (TEMPLATED.equals(map.get("type"))) {
            throw new TaskFailedException(
                    "The templated task cannot be of type 'io.kestra.plugin.core.templating.TemplatedTask'");
        }
        var task = new LinkedHashMap<String, @Nullable Object>();
        map.forEach((name, value) -> task.put(String.valueOf(name), value));
        return task;
    }

    /// Opens a directory, and ends when it is closed.
    private Map<String, @Nullable Object> keepDirectory(Run run)
            throws IOException, TaskFailedException, InterruptedException {
        var path = run.context.workingDirectory();
        var given = calls.render(run.job.properties(), run.rendering);
        var files =
                new DirectoryFiles(
                        path, run.files, run.lines, clock, properties.maxCache().toBytes());
        var cache = given.get("cache") instanceof Map<?, ?> map ? map : null;
        var value = run.job.loopValue();
        if (cache != null) {
            files.layCache(cache, value);
        }
        if (given.get("namespaceFiles") instanceof Map<?, ?> options) {
            DirectoryFiles.namespaceFiles(options).copyTo(path, run.context);
        }
        files.layInputs(given.get("inputFiles"));
        var directory = new OpenDirectory(path);
        directories.put(run.task.key(), directory);
        try {
            reportStart(run);
            directory.awaitClose();
        } finally {
            directory.closeAndWait(properties.killGrace());
            directories.remove(run.task.key());
        }
        var outputs = new LinkedHashMap<String, @Nullable Object>();
        if (given.get("outputFiles") instanceof List<?> patterns) {
            var kept = files.keepOutputs(patterns.stream().map(String::valueOf).toList());
            if (!kept.isEmpty()) {
                outputs.put("outputFiles", kept);
            }
        }
        if (cache != null) {
            files.keepCache(cache, value);
        }
        return outputs;
    }

    private static String messageOf(Throwable e) {
        var message = e.getMessage();
        return message == null || message.isBlank()
                ? e.getClass().getSimpleName()
                : e instanceof RuntimeException || e instanceof Error
                        ? e.getClass().getSimpleName() + ": " + message
                        : message;
    }

    private static Outcome stopped(Run run, RunningTask.Stop stop, Outcome outcome) {
        return switch (stop) {
            case KILL -> new Outcome(Outcome.State.KILLED, outcome.outputs(), null, null);
            case TIMEOUT -> Outcome.failed("Timeout after " + run.job.timeout(), outcome.outputs());
            case DRAIN -> outcome;
        };
    }

    private Outcome masked(Run run, Outcome outcome) {
        var error = outcome.error() == null ? null : run.masker.mask(outcome.error());
        return fit(run, new Outcome(outcome.state(), hidden(run, outcome), null, error));
    }

    @SuppressWarnings("unchecked") // masking keeps the shape
    private static Map<String, @Nullable Object> hidden(Run run, Outcome outcome) {
        return (Map<String, @Nullable Object>) requireNonNull(run.sealed.hidden(outcome.outputs()));
    }

    /// Puts big outputs into the internal storage, and refuses those that are too big.
    private Outcome fit(Run run, Outcome outcome) {
        if (outcome.outputs().isEmpty()) {
            return outcome;
        }
        try {
            var bytes = Codec.encode(outcome.outputs());
            if (bytes.length <= properties.inlineOutputs().toBytes()) {
                return outcome;
            }
            if (bytes.length > properties.maxOutputs().toBytes()) {
                return Outcome.failed(
                        "The outputs have %d bytes; the limit is %d. Write them to a file instead."
                                .formatted(bytes.length, properties.maxOutputs().toBytes()),
                        Map.of());
            }
            var name = ".outputs-%d.json".formatted(run.job.dispatch());
            var uri = run.files.put(name, new ByteArrayInputStream(bytes));
            return new Outcome(outcome.state(), Map.of(), uri.toString(), outcome.error());
        } catch (JacksonException e) {
            return Outcome.failed("The outputs can't be written as JSON", Map.of());
        } catch (IOException | StorageAccessException e) {
            log.atWarn().setCause(e).log("Outputs could not be stored");
            return Outcome.failed("The outputs could not be stored", Map.of());
        }
    }

    private void end(Run run, Outcome outcome) {
        if (!run.task.end()) {
            return; // it was given up
        }
        // who asked for a rendering says itself what became of it
        if (outcome.error() != null && !run.job.type().equals(Job.RENDER)) {
            run.lines.write(TaskLog.Level.ERROR, outcome.error());
        }
        shipper.remove(run.lines);
        var job = run.job;
        var written = logsOf(run);
        var ended =
                new LaneEvent.TaskEnded(
                        job.taskRun(),
                        job.dispatch(),
                        outcome.state().name(),
                        outcome.outputs(),
                        outcome.outputsUri(),
                        outcome.error(),
                        written.lines(),
                        maskedMetrics(run),
                        run.startedAt,
                        clock.instant(),
                        workerId,
                        written.file());
        reports.report(job, ended, () -> confirmed(run));
        run.freed.accept(run.task);
    }

    private static List<LaneEvent.Metric> maskedMetrics(Run run) {
        return run.context.metrics().stream()
                .map(m ->
                        new LaneEvent.Metric(
                                run.masker.mask(m.name()),
                                m.kind(),
                                m.value(),
                                m.tags().entrySet().stream()
                                        .collect(
                                                Collectors.toUnmodifiableMap(
                                                        tag -> run.masker.mask(tag.getKey()),
                                                        tag -> run.masker.mask(tag.getValue()),
                                                        (one, _) -> one))))
                .toList();
    }

    /// What goes out with the result: lines, or the file that they are in.
    private record Written(List<LogLine> lines, @Nullable String file) {}

    private Written logsOf(Run run) {
        var left = run.lines.close();
        if (!run.job.logToFile() || left.isEmpty()) {
            return new Written(left, null);
        }
        var text = new StringBuilder();
        left.forEach(l -> text.append(l.at() + " " + l.level() + " " + l.message() + "\n"));
        try {
            var content = new ByteArrayInputStream(text.toString().getBytes(UTF_8));
            var uri = run.files.put("attempt-%d.log".formatted(run.job.attempt()), content);
            return new Written(List.of(), uri.toString());
        } catch (IOException e) {
            log.atWarn().setCause(e).log("A log file could not be stored; its lines are sent");
            return new Written(left, null);
        }
    }

    private void handBack(Run run) {
        if (run.task.end()) {
            shipper.remove(run.lines);
            var lost = new LaneEvent.TaskLost(run.job.taskRun(), run.job.dispatch(), "drain");
            reports.report(run.job, lost, () -> confirmed(run));
            run.freed.accept(run.task);
        }
    }

    private void confirmed(Run run) {
        run.task.acknowledge();
        running.remove(run.task.key());
    }

    /// Looks after what runs: reports the start of what runs long, ends what is over its time, and
    /// gives up what doesn't stop. Called several times a second.
    public void watch() {
        for (var run : List.copyOf(running.values())) {
            var age = run.task.age();
            boolean opens = run.job.type().equals(Job.OPEN_DIRECTORY);
            if (!opens && age.compareTo(properties.startedAfter()) >= 0) {
                reportStart(run);
            }
            var timeout = run.job.timeout();
            if (timeout != null && age.compareTo(timeout) >= 0) {
                run.task.stop(RunningTask.Stop.TIMEOUT);
            }
            if (run.task.ignoresStopFor(properties.killGrace())) {
                giveUp(run);
            }
        }
    }

    private void reportStart(Run run) {
        if (run.task.reportStart()) {
            run.lines.stream();
            reports.report(run.job, startOf(run), run.task::acknowledge);
        }
    }

    private LaneEvent startOf(Run run) {
        return new LaneEvent.TaskStarted(
                run.job.taskRun(), run.job.dispatch(), workerId, run.startedAt);
    }

    private void giveUp(Run run) {
        var stop = run.task.stopReason();
        log.atWarn()
                .addKeyValue("type", run.job.type())
                .addKeyValue("execution", run.job.executionId())
                .log("A task doesn't stop and is given up");
        if (stop == null || stop == RunningTask.Stop.DRAIN) {
            handBack(run);
        } else {
            end(run, masked(run, stopped(run, stop, Outcome.killed())));
        }
    }

    /// Waits until nothing runs, at most so long; what runs then is stopped and handed back.
    public void drain(Duration grace) throws InterruptedException {
        running.values().forEach(this::reportStart);
        if (!awaitIdle(grace)) {
            var rest = new ArrayList<>(running.values());
            rest.forEach(run -> run.task.stop(RunningTask.Stop.DRAIN));
            if (!awaitIdle(properties.killGrace())) {
                List.copyOf(running.values()).forEach(this::handBack);
                awaitIdle(Duration.ofSeconds(2));
            }
        }
    }

    private boolean awaitIdle(Duration atMost) throws InterruptedException {
        long deadline = System.nanoTime() + atMost.toNanos();
        while (!running.isEmpty()) {
            if (System.nanoTime() > deadline) {
                return false;
            }
            Thread.sleep(20);
        }
        return true;
    }
}
