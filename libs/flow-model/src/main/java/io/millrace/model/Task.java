// SPDX-License-Identifier: Apache-2.0
package io.millrace.model;

import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// A task of a flow. [Flowable] tasks are flow control and hold other tasks; a [PluginTask] does
/// the work; [Subflow], [Batches] and [Template] start or include other flows.
///
/// Properties whose type is `String`, `Object` or [DurationValue] may hold expressions.
public sealed interface Task {

    TaskCommon common();

    default String id() {
        return common().id();
    }

    default String type() {
        return common().type();
    }

    /// The tasks directly inside, those of `errors` and `finally` last.
    List<Task> children();

    /// Flow control.
    sealed interface Flowable extends Task {
        Handlers handlers();

        /// The tasks directly inside, without those of `errors` and `finally`.
        List<Task> body();

        @Override
        default List<Task> children() {
            return concat(List.of(body(), handlers().errors(), handlers().finallyTasks()));
        }
    }

    /// What a flowable runs when a child has failed, and at its end in any case.
    record Handlers(List<Task> errors, List<Task> finallyTasks) {
        public static final Handlers NONE = new Handlers(List.of(), List.of());

        public Handlers {
            errors = List.copyOf(errors);
            finallyTasks = List.copyOf(finallyTasks);
        }
    }

    record Sequential(TaskCommon common, List<Task> tasks, Handlers handlers) implements Flowable {
        public Sequential {
            tasks = List.copyOf(tasks);
        }

        @Override
        public List<Task> body() {
            return tasks;
        }
    }

    /// @param concurrent how many at once; 0: all
    record Parallel(TaskCommon common, int concurrent, List<Task> tasks, Handlers handlers)
            implements Flowable {
        public Parallel {
            tasks = List.copyOf(tasks);
        }

        @Override
        public List<Task> body() {
            return tasks;
        }
    }

    /// @param concurrent how many at once; 0: all
    record Dag(TaskCommon common, int concurrent, List<Node> nodes, Handlers handlers)
            implements Flowable {
        public Dag {
            nodes = List.copyOf(nodes);
        }

        /// @param dependsOn ids of tasks of the same Dag that must have ended
        public record Node(Task task, List<String> dependsOn) {
            public Node {
                dependsOn = List.copyOf(dependsOn);
            }
        }

        @Override
        public List<Task> body() {
            return nodes.stream().map(Node::task).toList();
        }
    }

    /// @param otherwise `else`
    record If(
            TaskCommon common,
            String condition,
            List<Task> then,
            List<Task> otherwise,
            Handlers handlers)
            implements Flowable {
        public If {
            then = List.copyOf(then);
            otherwise = List.copyOf(otherwise);
        }

        @Override
        public List<Task> body() {
            return concat(List.of(then, otherwise));
        }
    }

    record Switch(
            TaskCommon common,
            String value,
            Map<String, List<Task>> cases,
            List<Task> defaults,
            Handlers handlers)
            implements Flowable {
        public Switch {
            cases = Trees.copy(cases);
            defaults = List.copyOf(defaults);
        }

        @Override
        public List<Task> body() {
            var all = new ArrayList<>(cases.values());
            all.add(defaults);
            return concat(all);
        }
    }

    /// @param values a list, or text that renders to a JSON array
    /// @param concurrencyLimit how many values at once; 0: all
    record ForEach(
            TaskCommon common,
            Object values,
            int concurrencyLimit,
            List<Task> tasks,
            Handlers handlers)
            implements Flowable {
        public ForEach {
            tasks = List.copyOf(tasks);
        }

        @Override
        public List<Task> body() {
            return tasks;
        }
    }

    /// Deprecated: [ForEach] with one value at a time.
    record EachSequential(TaskCommon common, Object value, List<Task> tasks, Handlers handlers)
            implements Flowable {
        public EachSequential {
            tasks = List.copyOf(tasks);
        }

        @Override
        public List<Task> body() {
            return tasks;
        }
    }

    /// Deprecated: all tasks of all values side by side.
    ///
    /// @param concurrent how many task runs at once; 0: all
    record EachParallel(
            TaskCommon common, Object value, int concurrent, List<Task> tasks, Handlers handlers)
            implements Flowable {
        public EachParallel {
            tasks = List.copyOf(tasks);
        }

        @Override
        public List<Task> body() {
            return tasks;
        }
    }

    /// The later form of [ForEach]: what an iteration gives is seen outside only if it is one of
    /// the `outputs`.
    ///
    /// @param values a list, a map, or text that renders to one or to the URI of a file
    /// @param concurrencyLimit how many values at once; 0: all
    /// @param transmitFailed whether an iteration that fails fails the loop
    /// @param outputs of each iteration
    /// @param breakWhen looked at after each iteration: no more begin once it is truthy
    /// @param rollout if its values are targets that it goes through in waves
    record Loop(
            TaskCommon common,
            Object values,
            int concurrencyLimit,
            boolean transmitFailed,
            List<Flow.FlowOutput> outputs,
            FetchType fetchType,
            @Nullable String breakWhen,
            List<Task> tasks,
            @Nullable Rollout rollout,
            Handlers handlers)
            implements Flowable {
        public Loop {
            outputs = List.copyOf(outputs);
            tasks = List.copyOf(tasks);
        }

        /// How a fleet is gone through: wave by wave, as long as not too much goes wrong.
        ///
        /// @param waves how many targets each wave has: numbers or percentages of all; the last one
        ///   is repeated. A list, or text that renders to one
        /// @param maxFailures how many targets, or what percentage of all, may fail before no more
        ///   begin
        /// @param lock where a target is worked on by one rollout at a time
        /// @param lockWait how long a target waits for its lock before it counts as failed
        /// @param healthCheck runs after each wave; the next one begins only if it ends well
        public record Rollout(
                Object waves,
                Object maxFailures,
                LockScope lock,
                DurationValue lockWait,
                List<Task> healthCheck) {
            public Rollout {
                healthCheck = List.copyOf(healthCheck);
            }
        }

        public enum LockScope {
            /// No lock is taken.
            NONE,
            /// Rollouts of the namespace exclude each other.
            NAMESPACE,
            /// All rollouts of the tenant do.
            TENANT
        }

        public enum FetchType {
            AUTO,
            FETCH,
            STORE
        }

        @Override
        public List<Task> body() {
            return rollout == null ? tasks : concat(List.of(tasks, rollout.healthCheck()));
        }
    }

    record AllowFailure(TaskCommon common, List<Task> tasks, Handlers handlers)
            implements Flowable {
        public AllowFailure {
            tasks = List.copyOf(tasks);
        }

        @Override
        public List<Task> body() {
            return tasks;
        }
    }

    /// Flow control that waits for a person.
    sealed interface Waiting extends Flowable {
        /// What that person is asked for.
        List<Input> asks();

        /// Who that has to be, or absent if anybody may who may act on the execution.
        @Nullable Approvers approvers();
    }

    /// Who has to agree before the execution goes on.
    ///
    /// @param groups he is in one of these, if there are any
    /// @param users or he is one of these, if there are any
    /// @param other whether it has to be somebody else than who started the execution
    record Approvers(List<String> groups, List<String> users, boolean other) {
        public Approvers {
            groups = List.copyOf(groups);
            users = List.copyOf(users);
        }

        /// Why somebody can't agree, or nothing if he can.
        ///
        /// @param startedBy who started the execution
        public Optional<String> refusal(String subject, Set<String> inGroups, String startedBy) {
            if (other && subject.equals(startedBy)) {
                return Optional.of("Expected the approval of somebody else than who started it");
            }
            boolean anybody = groups.isEmpty() && users.isEmpty();
            if (anybody
                    || users.contains(subject)
                    || groups.stream().anyMatch(inGroups::contains)) {
                return Optional.empty();
            }
            return Optional.of("Expected the approval of a member of " + named());
        }

        private String named() {
            return Stream.concat(groups.stream(), users.stream()).collect(Collectors.joining(", "));
        }
    }

    /// Waits for a person, or for `pauseDuration` to pass. `common.timeout` is the older way to
    /// say: fail if nobody has come by then.
    ///
    /// @param pauseDuration `pauseDuration`, or the older `delay`
    /// @param behavior what happens when `pauseDuration` has passed: a [Behavior] or an expression
    /// @param onResume what the one who resumes is asked for
    /// @param onPause runs when the pause begins
    /// @param approvers `approval`: who has to resume it
    /// @param tasks deprecated: run after the pause
    record Pause(
            TaskCommon common,
            @Nullable DurationValue pauseDuration,
            String behavior,
            List<Input> onResume,
            @Nullable Task onPause,
            @Nullable Approvers approvers,
            List<Task> tasks,
            Handlers handlers)
            implements Waiting {
        public Pause {
            onResume = List.copyOf(onResume);
            tasks = List.copyOf(tasks);
        }

        public enum Behavior {
            RESUME,
            WARN,
            FAIL,
            CANCEL
        }

        @Override
        public List<Input> asks() {
            return onResume;
        }

        @Override
        public List<Task> body() {
            return onPause == null ? tasks : concat(List.of(List.of(onPause), tasks));
        }
    }

    /// Waits until a person approves or denies, or until `common.timeout` has passed, and goes on
    /// accordingly.
    ///
    /// @param inputs what the one who decides is asked for
    /// @param decisions how the two decisions are called
    /// @param commentRequired a [CommentRequired], or text that renders to one
    /// @param autoApprove a boolean, or text that renders to one: whether nobody has to decide
    /// @param behaviors what becomes of the execution after each decision
    /// @param onWait runs before it waits
    /// @param onApprove runs after an approval
    /// @param onDeny runs after a denial
    /// @param approvers `approval`: who has to decide
    record Approval(
            TaskCommon common,
            List<Input> inputs,
            Decisions decisions,
            String commentRequired,
            String autoApprove,
            Map<Decision, String> behaviors,
            List<Task> onWait,
            List<Task> onApprove,
            List<Task> onDeny,
            @Nullable Approvers approvers,
            Handlers handlers)
            implements Waiting {
        public Approval {
            inputs = List.copyOf(inputs);
            behaviors = Map.copyOf(behaviors);
            onWait = List.copyOf(onWait);
            onApprove = List.copyOf(onApprove);
            onDeny = List.copyOf(onDeny);
        }

        /// Labels; they may hold expressions.
        public record Decisions(String approve, String deny) {}

        public enum Decision {
            APPROVED,
            DENIED,
            /// Nobody has decided in time.
            EXPIRED
        }

        public enum CommentRequired {
            NEVER,
            ALWAYS,
            ON_DENY,
            ON_APPROVE;

            /// Whether a person has to say something about this decision.
            public boolean applies(Decision decision) {
                return switch (decision) {
                    case APPROVED -> this == ALWAYS || this == ON_APPROVE;
                    case DENIED -> this == ALWAYS || this == ON_DENY;
                    case EXPIRED -> false;
                };
            }
        }

        /// What becomes of the execution where the tasks of a decision have ended well.
        public enum Behavior {
            /// It goes on.
            CONTINUE,
            /// It goes on, and the task ends as `WARNING`.
            WARN,
            /// The task ends as `FAILED`.
            FAIL,
            /// It ends as `SUCCESS`.
            SUCCEED,
            /// It ends as `CANCELLED`.
            CANCEL,
            /// It is killed.
            KILL
        }

        @Override
        public List<Input> asks() {
            return inputs;
        }

        @Override
        public List<Task> body() {
            return concat(List.of(onWait, onApprove, onDeny));
        }
    }

    /// Runs its tasks again and again until `condition` is truthy.
    record LoopUntil(
            TaskCommon common,
            String condition,
            boolean failOnMaxReached,
            CheckFrequency checkFrequency,
            List<Task> tasks,
            Handlers handlers)
            implements Flowable {
        public LoopUntil {
            tasks = List.copyOf(tasks);
        }

        /// @param maxIterations a number, or text that renders to one; absent: no limit
        /// @param maxDuration absent: no limit
        public record CheckFrequency(
                @Nullable Object maxIterations,
                @Nullable DurationValue maxDuration,
                DurationValue interval) {}

        @Override
        public List<Task> body() {
            return tasks;
        }
    }

    /// Its tasks run one after the other on one worker, in one directory.
    ///
    /// @param inputFiles files to write first: a map from name to text, or its JSON
    /// @param outputFiles globs of the files to keep
    /// @param namespaceFiles which files of the namespace are there, as written
    /// @param cache which files are kept from run to run, as written
    record WorkingDirectory(
            TaskCommon common,
            @Nullable Object inputFiles,
            List<String> outputFiles,
            Map<String, @Nullable Object> namespaceFiles,
            Map<String, @Nullable Object> cache,
            List<Task> tasks,
            Handlers handlers)
            implements Flowable {
        public WorkingDirectory {
            outputFiles = List.copyOf(outputFiles);
            namespaceFiles = Trees.copy(namespaceFiles);
            cache = Trees.copy(cache);
            tasks = List.copyOf(tasks);
        }

        @Override
        public List<Task> body() {
            return tasks;
        }
    }

    /// Which flow is started, and with what.
    ///
    /// @param revision absent: the newest
    /// @param labels values may hold expressions
    /// @param waits `wait`: whether the task ends with the child
    /// @param transmitFailed whether it then ends in the child's state
    /// @param inheritLabels whether the child gets the parent's labels
    /// @param scheduleDate text that renders to a date with zone before which the child doesn't run
    record Call(
            String namespace,
            String flowId,
            @Nullable Integer revision,
            Map<String, @Nullable Object> inputs,
            Map<String, @Nullable Object> labels,
            boolean waits,
            boolean transmitFailed,
            boolean inheritLabels,
            @Nullable String scheduleDate,
            RestartBehavior restartBehavior) {
        public Call {
            inputs = Trees.copy(inputs);
            labels = Trees.copy(labels);
        }

        public enum RestartBehavior {
            RETRY_FAILED,
            NEW_EXECUTION
        }
    }

    /// @param outputs deprecated: read from the child's variables when it has ended
    record Subflow(TaskCommon common, Call call, Map<String, @Nullable Object> outputs)
            implements Task {
        public Subflow {
            outputs = Trees.copy(outputs);
        }

        @Override
        public List<Task> children() {
            return List.of();
        }
    }

    /// Starts a flow for each batch of the lines of a file.
    ///
    /// Its body is always the same: split the file, start the flow for each batch, merge outputs.
    ///
    /// @param items text that renders to the file's URI
    record ForEachItem(TaskCommon common, String items, Batch batch, Call call, Handlers handlers)
            implements Flowable {

        /// At most one of `rows`, `partitions`, `bytes` and `regexPattern` is there.
        ///
        /// @param regexPattern lines with the same first group go into one batch
        public record Batch(
                @Nullable Object rows,
                @Nullable Object partitions,
                @Nullable String bytes,
                String separator,
                @Nullable String regexPattern) {

            private Map<String, @Nullable Object> properties() {
                var properties = new LinkedHashMap<String, @Nullable Object>();
                properties.put("rows", rows);
                properties.put("partitions", partitions);
                properties.put("bytes", bytes);
                properties.put("separator", separator);
                properties.put("regexPattern", regexPattern);
                properties.values().removeIf(Objects::isNull);
                return properties;
            }
        }

        @Override
        public List<Task> body() {
            var split = new LinkedHashMap<String, @Nullable Object>();
            split.put("items", items);
            split.put("batch", batch.properties());
            return List.of(
                    new PluginTask(part("_split", TaskTypes.FOR_EACH_ITEM_SPLIT), split),
                    new Batches(part("_items", TaskTypes.FOR_EACH_ITEM_EXECUTABLE), call),
                    new PluginTask(
                            part("_merge", TaskTypes.FOR_EACH_ITEM_MERGE_OUTPUTS), Map.of()));
        }

        private TaskCommon part(String suffix, String type) {
            return TaskCommon.part(common, common.id() + suffix, type);
        }
    }

    /// The part of a [ForEachItem] that starts the flow, once for each batch.
    record Batches(TaskCommon common, Call call) implements Task {
        @Override
        public List<Task> children() {
            return List.of();
        }
    }

    /// Deprecated: runs the tasks of a template, which is stored beside flows.
    ///
    /// @param args rendered; the tasks read them as `parent.outputs.args`
    /// @param found whether there is such a template; if not, there are no tasks
    record Template(
            TaskCommon common,
            String namespace,
            String templateId,
            Map<String, @Nullable Object> args,
            boolean found,
            List<Task> tasks,
            Handlers handlers)
            implements Flowable {
        public Template {
            args = Trees.copy(args);
            tasks = List.copyOf(tasks);
        }

        @Override
        public List<Task> body() {
            return tasks;
        }
    }

    /// A task that a plugin, or the engine itself if it is pure, carries out.
    ///
    /// @param properties all but the common ones, as written
    record PluginTask(TaskCommon common, Map<String, @Nullable Object> properties) implements Task {
        public PluginTask {
            properties = Trees.copy(properties);
        }

        @Override
        public List<Task> children() {
            return List.of();
        }
    }

    private static List<Task> concat(Collection<List<Task>> lists) {
        return lists.stream().flatMap(List::stream).toList();
    }
}
