// SPDX-License-Identifier: Apache-2.0
package io.millrace.engine.sim;

import io.millrace.model.Task;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/// Writes a flow, as YAML, that uses everything in random ways.
final class RandomFlow {
    private final Random random;
    private final StringBuilder yaml = new StringBuilder();
    private int left;
    private int number;
    private final List<Task.Approval.Behavior> behaviors;
    private boolean locking;

    private RandomFlow(Random random, boolean exits) {
        this.random = random;
        this.behaviors =
                exits
                        ? List.of(Task.Approval.Behavior.values())
                        : List.of(
                                Task.Approval.Behavior.CONTINUE,
                                Task.Approval.Behavior.WARN,
                                Task.Approval.Behavior.FAIL);
        this.left = 3 + random.nextInt(12);
    }

    /// @param child whether it may start the flow `child`
    /// @param exits whether approvals may end the execution: what it ends as is then a matter of
    ///   who is first
    static String of(Random random, String id, boolean child, boolean exits) {
        var flow = new RandomFlow(random, exits);
        flow.line(0, "id: " + id);
        flow.line(0, "namespace: sim");
        if (child && random.nextInt(6) == 0) {
            flow.line(0, "concurrency: {limit: " + (1 + random.nextInt(2)) + ", behavior: QUEUE}");
        }
        flow.list(0, "tasks", 3, child);
        if (child && random.nextInt(50) == 0) {
            flow.longLoop();
        }
        if (random.nextInt(3) == 0) {
            flow.list(0, "errors", 1, false);
        }
        if (random.nextInt(3) == 0) {
            flow.list(0, "finally", 1, false);
        }
        if (random.nextInt(6) == 0) {
            flow.list(0, "afterExecution", 1, false);
        }
        return flow.yaml.toString();
    }

    /// More work than one event may do.
    private void longLoop() {
        line(1, "- id: " + id());
        line(2, "type: io.kestra.plugin.core.flow.ForEach");
        line(2, "concurrencyLimit: " + random.nextInt(3));
        var values = new ArrayList<String>();
        for (int i = 0; i < 260; i++) {
            values.add("v" + i);
        }
        line(2, "values: " + values);
        line(2, "tasks:");
        line(3, "- {id: " + id() + ", type: io.kestra.plugin.core.debug.Return}");
    }

    private void line(int depth, String text) {
        yaml.append("  ".repeat(depth)).append(text).append('\n');
    }

    private void list(int depth, String name, int nesting, boolean child) {
        line(depth, name + ":");
        int count = 1 + random.nextInt(3);
        for (int i = 0; i < count; i++) {
            task(depth + 1, nesting, child);
        }
    }

    private String id() {
        return "t" + number++;
    }

    private void task(int depth, int nesting, boolean child) {
        left--;
        int kind = nesting == 0 || left <= 0 ? random.nextInt(3) : random.nextInt(child ? 22 : 18);
        line(depth, "- id: " + id());
        int in = depth + 1;
        switch (kind) {
            case 0, 1 -> {
                line(in, "type: sim.Work");
                options(in, true);
            }
            case 2 -> {
                if (random.nextInt(5) == 0) {
                    line(in, "type: io.kestra.plugin.core.execution.Fail");
                } else {
                    line(in, "type: io.kestra.plugin.core.debug.Return");
                    line(in, "format: '{{ task.id }} {{ execution.id }}'");
                }
                options(in, true);
            }
            case 3, 4 -> flowable(in, "Sequential", nesting, child);
            case 5, 6 -> {
                line(in, "concurrent: " + random.nextInt(3));
                flowable(in, "Parallel", nesting, child);
            }
            case 7 -> flowable(in, "AllowFailure", nesting, child);
            case 8, 9 -> {
                line(in, "concurrencyLimit: " + random.nextInt(3));
                line(in, "values: " + values());
                flowable(in, "ForEach", nesting, child);
            }
            case 10 -> {
                line(in, "value: " + values());
                line(in, "concurrent: " + random.nextInt(3));
                flowable(in, "EachParallel", nesting, child);
            }
            case 11 -> {
                line(in, "type: io.kestra.plugin.core.flow.If");
                line(in, "condition: '{{ " + random.nextBoolean() + " }}'");
                options(in, false);
                list(in, "then", nesting - 1, child);
                list(in, "else", nesting - 1, child);
            }
            case 12 -> {
                line(in, "type: io.kestra.plugin.core.flow.Switch");
                line(in, "value: " + (random.nextBoolean() ? "a" : "b"));
                options(in, false);
                line(in, "cases:");
                list(in + 1, "a", nesting - 1, child);
                if (random.nextInt(4) > 0) {
                    list(in, "defaults", nesting - 1, child);
                }
            }
            case 13 -> dag(in, nesting, child);
            case 14 -> {
                line(in, "type: io.kestra.plugin.core.flow.Pause");
                if (random.nextBoolean()) {
                    line(in, "delay: PT" + (1 + random.nextInt(20)) + "S");
                }
            }
            case 15 -> directory(in);
            case 16, 17 -> approval(in, nesting, child);
            case 18 -> {
                line(in, "type: io.kestra.plugin.core.flow.ForEachItem");
                line(in, "items: kestra:///sim/items.txt");
                line(in, "namespace: sim");
                line(in, "flowId: child");
                line(in, "wait: " + (random.nextInt(4) > 0));
                line(in, "inputs: {items: '{{ taskrun.items }}'}");
                options(in, false);
                if (random.nextInt(6) == 0) {
                    list(in, "errors", 0, false);
                }
            }
            case 19, 20 -> rollout(in, nesting, child);
            default -> {
                line(in, "type: io.kestra.plugin.core.flow.Subflow");
                line(in, "namespace: sim");
                line(in, "flowId: child");
                line(in, "wait: " + (random.nextInt(4) > 0));
                options(in, true);
            }
        }
    }

    private void approval(int depth, int nesting, boolean child) {
        line(depth, "type: io.kestra.plugin.core.flow.Approval");
        options(depth, false);
        if (random.nextBoolean()) {
            line(depth, "timeout: PT" + (1 + random.nextInt(20)) + "S");
        }
        if (random.nextInt(5) == 0) {
            line(depth, "autoApprove: '{{ " + random.nextBoolean() + " }}'");
        }
        for (var decision : List.of("approve", "deny", "expire")) {
            if (behaviors.size() < Task.Approval.Behavior.values().length || random.nextBoolean()) {
                var behavior = behaviors.get(random.nextInt(behaviors.size()));
                line(depth, decision + "Behavior: " + behavior);
            }
        }
        for (var list : List.of("onWait", "onApprove", "onDeny")) {
            if (random.nextBoolean()) {
                list(depth, list, nesting - 1, child);
            }
        }
        for (var list : List.of("errors", "finally")) {
            if (random.nextInt(6) == 0) {
                list(depth, list, 0, false);
            }
        }
    }

    /// Its tasks can't hold others.
    private void directory(int depth) {
        line(depth, "type: io.kestra.plugin.core.flow.WorkingDirectory");
        options(depth, false);
        list(depth, "tasks", 0, false);
        if (random.nextInt(4) == 0) {
            list(depth, "errors", 0, false);
        }
        if (random.nextInt(4) == 0) {
            list(depth, "finally", 0, false);
        }
    }

    private void rollout(int depth, int nesting, boolean child) {
        line(depth, "type: io.millrace.flow.Rollout");
        line(depth, "targets: " + values());
        line(depth, "concurrencyLimit: " + random.nextInt(3));
        line(depth, "waves: " + List.of("[1]", "[1, 50%]", "100%", "[2]").get(random.nextInt(4)));
        line(depth, "maxFailures: " + List.of("0", "1", "50%").get(random.nextInt(3)));
        boolean locks = !locking && random.nextBoolean();
        line(depth, "lock: " + (locks ? "TENANT" : "NONE"));
        line(depth, "lockWait: P30D");
        options(depth, false);
        locking |= locks; // two that lock each other's targets inside of each other never end
        list(depth, "tasks", nesting - 1, child);
        locking &= !locks;
        if (random.nextBoolean()) {
            list(depth, "healthCheck", 0, false);
        }
        if (random.nextInt(6) == 0) {
            list(depth, "errors", 0, false);
        }
    }

    private String values() {
        var values = new ArrayList<String>();
        int count = random.nextInt(5);
        for (int i = 0; i < count; i++) {
            values.add("v" + i);
        }
        return values.toString();
    }

    private void flowable(int depth, String type, int nesting, boolean child) {
        line(depth, "type: io.kestra.plugin.core.flow." + type);
        options(depth, false);
        list(depth, "tasks", nesting - 1, child);
        if (random.nextInt(6) == 0) {
            list(depth, "errors", 0, false);
        }
        if (random.nextInt(6) == 0) {
            list(depth, "finally", 0, false);
        }
    }

    private void dag(int depth, int nesting, boolean child) {
        line(depth, "type: io.kestra.plugin.core.flow.Dag");
        options(depth, false);
        line(depth, "tasks:");
        List<String> before = new ArrayList<>();
        int count = 2 + random.nextInt(3);
        for (int i = 0; i < count; i++) {
            line(depth + 1, "- task:");
            var id = "t" + number;
            int start = yaml.length();
            task(0, Math.max(0, nesting - 1), child);
            var written = yaml.substring(start);
            yaml.setLength(start);
            written.lines().forEach(text -> line(depth + 3, text.substring(2)));
            before.removeIf(_ -> random.nextInt(3) == 0);
            if (!before.isEmpty()) {
                line(depth + 2, "dependsOn: " + before);
            }
            before.add(id);
        }
    }

    private void options(int depth, boolean leaf) {
        if (random.nextInt(8) == 0) {
            line(depth, "allowFailure: true");
        }
        if (random.nextInt(16) == 0) {
            line(depth, "allowWarning: true");
        }
        if (random.nextInt(16) == 0) {
            line(depth, "disabled: true");
        }
        if (random.nextInt(10) == 0) {
            line(depth, "runIf: '{{ " + random.nextBoolean() + " }}'");
        }
        if (leaf && random.nextInt(5) == 0) {
            line(
                    depth,
                    "retry: {type: constant, interval: PT2S, maxAttempt: "
                            + (1 + random.nextInt(3))
                            + ", warningOnRetry: "
                            + random.nextBoolean()
                            + "}");
        }
    }
}
