// SPDX-License-Identifier: Apache-2.0
package io.millrace.engine;

import io.millrace.expressions.Reads;
import io.millrace.model.DurationValue;
import io.millrace.model.RetryPolicy;
import io.millrace.model.Task;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// A task definition, compiled.
public final class FlowTask {
    private final Task definition;
    private final int index;
    private final @Nullable FlowTask parent;
    private final Cursor.Stage stage;
    private final @Nullable RetryPolicy retry;
    private final Rendering runIf;
    private final Rendering input;
    private final Reads jobReads;
    private final Set<String> readsOwnIteration;
    private Lists lists = Lists.NONE;
    private List<FlowTask> dependsOn = List.of();
    private @Nullable FlowTask next;
    private int position;
    private int width = 1;
    private int listener = -1;
    private boolean betweenWaves;
    private Rendering iterationOutputs = Rendering.NOTHING;
    private Rendering breakWhen = Rendering.NOTHING;
    private Rendering readLines = Rendering.NOTHING;

    FlowTask(
            Task definition,
            int index,
            @Nullable FlowTask parent,
            Cursor.Stage stage,
            @Nullable RetryPolicy retry,
            Rendering runIf,
            Rendering input,
            Reads jobReads,
            Set<String> readsOwnIteration) {
        this.definition = definition;
        this.index = index;
        this.parent = parent;
        this.stage = stage;
        this.retry = retry;
        this.runIf = runIf;
        this.input = input;
        this.jobReads = jobReads;
        this.readsOwnIteration = readsOwnIteration;
    }

    public String id() {
        return definition.id();
    }

    /// Full type, such as `io.kestra.plugin.core.log.Log`.
    public String type() {
        return definition.type();
    }

    public Task definition() {
        return definition;
    }

    /// Number in the plan, in order of definition.
    public int index() {
        return index;
    }

    /// The flowable that it is defined in; nothing for a task of the flow itself.
    public @Nullable FlowTask parent() {
        return parent;
    }

    /// In which of its parent's lists it is.
    public Cursor.Stage stage() {
        return stage;
    }

    /// Its own properties, with expressions as written; empty for flow control.
    public Map<String, @Nullable Object> properties() {
        return switch (definition) {
            case Task.PluginTask plugin -> plugin.properties();
            case Task.WorkingDirectory directory -> FlowCompiler.propertiesOf(directory);
            default -> Values.NONE;
        };
    }

    /// Whether a lane evaluates it: it is flow control, or a pure task.
    public boolean onLane() {
        return definition instanceof Task.PluginTask plugin
                ? PureTasks.isPure(plugin)
                : !Directories.isOne(definition);
    }

    /// Whether all that a lane renders for it can be rendered there.
    public boolean laneSafe() {
        return runIf.laneSafe() && input.laneSafe();
    }

    /// What its properties read when a worker renders them.
    public Reads jobReads() {
        return jobReads;
    }

    /// Tasks in loops of whose outputs its properties read no iteration but that of its own value,
    /// or of the value of a loop around it.
    Set<String> readsOwnIteration() {
        return readsOwnIteration;
    }

    /// Its timeout, if it is no expression.
    public @Nullable Duration timeout() {
        return definition.common().timeout() instanceof DurationValue.Literal literal
                ? literal.duration()
                : null;
    }

    /// How it is tried again: its own policy, else that of the nearest flowable around it, else
    /// that of the flow.
    @Nullable RetryPolicy retry() {
        return retry;
    }

    /// Its condition, under the key `runIf`; empty if it has none.
    Rendering runIf() {
        return runIf;
    }

    /// What must be rendered before it begins.
    Rendering input() {
        return input;
    }

    Lists lists() {
        return lists;
    }

    /// The next one of its list, if there is one.
    @Nullable FlowTask next() {
        return next;
    }

    List<FlowTask> dependsOn() {
        return dependsOn;
    }

    /// Number of the listener that it belongs to, or -1.
    int listener() {
        return listener;
    }

    /// Whether it is part of a rollout's health check; its iteration is that of a wave.
    boolean isBetweenWaves() {
        return betweenWaves;
    }

    /// The rollout of whose targets, or waves, it is a direct part.
    Task.Loop.@Nullable Rollout rollout() {
        return isIterated() && parent != null && parent.definition instanceof Task.Loop loop
                ? loop.rollout()
                : null;
    }

    /// Of a `Loop`: what each iteration gives.
    Rendering iterationOutputs() {
        return iterationOutputs;
    }

    /// Of a `Loop`: when it ends early, under the key `breakWhen`.
    Rendering breakWhen() {
        return breakWhen;
    }

    /// Whether a `Loop` is around it.
    boolean inLoop() {
        return parent != null && (parent.definition instanceof Task.Loop || parent.inLoop());
    }

    /// Of a `Loop` over a file: what has a worker read it.
    Rendering readLines() {
        return readLines;
    }

    void iterations(Rendering outputs, Rendering end, Rendering file) {
        this.iterationOutputs = outputs;
        this.breakWhen = end;
        this.readLines = file;
    }

    boolean isLoop() {
        return definition instanceof Task.ForEach
                || definition instanceof Task.EachSequential
                || definition instanceof Task.EachParallel
                || definition instanceof Task.Loop;
    }

    /// Its place among all children that its parent may have, in that iteration.
    int placeIn(int iteration) {
        return (iteration + 1) * width + position;
    }

    /// Whether its task runs belong to single iterations of a loop.
    boolean isIterated() {
        return parent != null && parent.isLoop() && stage == Cursor.Stage.MAIN;
    }

    void link(Lists lists) {
        this.lists = lists;
    }

    void place(int position, int width) {
        this.position = position;
        this.width = width;
    }

    void before(FlowTask next) {
        this.next = next;
    }

    void after(List<FlowTask> dependsOn) {
        this.dependsOn = List.copyOf(dependsOn);
    }

    void betweenWaves() {
        betweenWaves = true;
    }

    void listener(int number) {
        this.listener = number;
    }

    @Override
    public String toString() {
        return id();
    }
}
