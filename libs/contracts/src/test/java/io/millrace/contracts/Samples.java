// SPDX-License-Identifier: Apache-2.0
package io.millrace.contracts;

import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// One of each message, with every component set.
final class Samples {
    private static final Instant NOON = Instant.parse("2026-11-21T12:00:00Z");
    private static final String ID = "0BRwdtW3PYZQvMw3nnHQZl";

    private Samples() {}

    static Map<String, Object> all() {
        var all = new LinkedHashMap<String, Object>();
        var labels = List.of(new LaneEvent.Label("team", "data"));
        var trigger =
                new LaneEvent.Trigger(
                        "daily", "io.kestra.plugin.core.trigger.Schedule", Map.of("date", "2026"));
        event(
                all,
                "execution-requested",
                LaneEvent.ExecutionRequested.of("main", "company.team", "etl", 3, "alice")
                        .inputs(Map.of("day", "2026-11-21"))
                        .labels(labels)
                        .trigger(trigger)
                        .parent(
                                new LaneEvent.Parent(
                                        ID, 4, 1, true, Map.of("rows", "{{ outputs.load.rows }}")))
                        .replay(new LaneEvent.Replay(ID, 2))
                        .scheduleDate(NOON)
                        .retry(new LaneEvent.Retry(ID, 2))
                        .failure("No such flow")
                        .test(
                                new LaneEvent.TestRun(
                                        Map.of(
                                                "load",
                                                new LaneEvent.Mock("SUCCESS", Map.of("rows", 3)))))
                        .build());
        event(all, "task-started", new LaneEvent.TaskStarted(1, 1, "worker-1", NOON));
        event(
                all,
                "task-ended",
                new LaneEvent.TaskEnded(
                        1,
                        1,
                        "FAILED",
                        Map.of("exitCode", 3),
                        "kestra:///company/team/etl/outputs",
                        "Exit code 3",
                        List.of(line()),
                        List.of(
                                new LaneEvent.Metric(
                                        "rows", "counter", 12.5, Map.of("table", "a"))),
                        NOON,
                        NOON.plusMillis(40),
                        "worker-1"));
        event(all, "task-lost", new LaneEvent.TaskLost(1, 1, "worker silent"));
        event(all, "trigger-fired", new LaneEvent.TriggerFired("m-1", Map.of("value", "x"), NOON));
        event(all, "child-started", new LaneEvent.ChildStarted(4, 1, ID));
        event(
                all,
                "child-ended",
                new LaneEvent.ChildEnded(4, 1, ID, "SUCCESS", Map.of("rows", 7), "no such flow"));
        event(all, "kill-requested", new LaneEvent.KillRequested("alice", true));
        event(
                all,
                "breakpoint-lifted",
                new LaneEvent.BreakpointLifted(List.of("load", "each.eu"), "alice"));
        event(all, "pause-requested", new LaneEvent.PauseRequested("alice"));
        event(
                all,
                "resume-requested",
                new LaneEvent.ResumeRequested(2, Map.of("approved", true), "alice"));
        event(
                all,
                "decision-made",
                new LaneEvent.DecisionMade(
                        2, "APPROVED", "looks good", Map.of("reason", "urgent"), "alice"));
        event(all, "restart-requested", new LaneEvent.RestartRequested("alice"));
        event(all, "force-run-requested", new LaneEvent.ForceRunRequested("alice"));
        event(all, "unqueue-requested", new LaneEvent.UnqueueRequested("RUNNING", "alice"));
        event(all, "task-run-state-set", new LaneEvent.TaskRunStateSet(2, "SUCCESS", "alice"));
        event(all, "state-set", new LaneEvent.StateSet("SUCCESS", "alice"));
        event(all, "labels-set", new LaneEvent.LabelsSet(labels, "alice"));
        event(all, "slot-granted", new LaneEvent.SlotGranted());
        event(all, "slot-denied", new LaneEvent.SlotDenied());
        event(all, "lock-granted", new LaneEvent.LockGranted(3));
        event(all, "lock-denied", new LaneEvent.LockDenied(3, "7sKq1kJ0wq3Qp2wzLb5Wlh"));
        all.put("lane-reply", new LaneReply("c1", false, "RUNNING", "Not paused"));
        all.put(
                "job",
                new Job(
                        "main",
                        "company.team",
                        "etl",
                        3,
                        ID,
                        1,
                        "extract",
                        0,
                        1,
                        "io.kestra.plugin.core.http.Request",
                        Map.of("uri", "https://example.org/{{ inputs.day }}"),
                        Map.of("inputs", Map.of("day", "2026-11-21")),
                        Duration.ofMinutes(5),
                        "INFO",
                        false,
                        "token",
                        NOON,
                        "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
                        null,
                        new Job.Directory("worker-1", 0, 1),
                        "2026-11-21",
                        new Job.Origin("company.team", "nightly", ID),
                        null));
        all.put("batch-outputs-request", new BatchOutputs.Request("main", ID, 2, 1000, 1000));
        all.put(
                "batch-outputs-response",
                new BatchOutputs.Response(1001, List.of(Map.of("rows", 7))));
        all.put("log-batch", new LogBatch("b1", "main", List.of(line())));
        all.put(
                "heartbeat",
                new Heartbeat(
                        "worker-1",
                        "default",
                        NOON,
                        NOON,
                        16,
                        1,
                        false,
                        List.of(new Heartbeat.Running(ID, 1, 1)),
                        "1.4.0"));
        all.put(
                "installation",
                new Installation(
                        List.of(
                                new Installation.Instance(
                                        "x1", "node-1", "1.4.0", NOON, 16, 3, 12)),
                        List.of(new Installation.Lane(0, "x1", 2)),
                        List.of(
                                new Installation.Queue(
                                        "millrace.jobs.default.main",
                                        Installation.Purpose.JOBS,
                                        "default",
                                        "main",
                                        40,
                                        2))));
        all.put(
                "feed-event",
                new FeedEvent(
                        "main",
                        "company.team",
                        "SUCCESS",
                        List.of(
                                new FeedEvent.Change(
                                        ID,
                                        "etl",
                                        3,
                                        NOON,
                                        trigger,
                                        labels,
                                        Map.of("rows", 7),
                                        NOON.minusSeconds(60),
                                        null,
                                        "load"))));
        all.put(
                "flow-changed",
                new FlowChanged("f1", "main", "company.team", "etl", "saved", 3, "id: etl", NOON));
        all.put("control-kill", new Control.Kill(List.of(new Control.TaskRun(ID, 1, 1))));
        event(all, "passed", new LaneEvent.Passed());
        all.put("control-drain", new Control.Drain("worker-1"));
        all.put("control-resume", new Control.Resume("worker-1"));
        all.put("control-secret-rotated", new Control.SecretRotated("main", "company", "KEY"));
        all.put("control-job-queue-added", new Control.JobQueueAdded("default", "main"));
        all.put(
                "starts-request",
                new Starts.Request(
                        List.of(
                                new Starts.Start(
                                        ID,
                                        LaneEvent.ExecutionRequested.of(
                                                        "main",
                                                        "company.team",
                                                        "etl",
                                                        3,
                                                        "trigger:hook")
                                                .inputs(Map.of("day", "2026-11-21"))
                                                .build(),
                                        "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"))));
        all.put(
                "claims-request",
                new Claims.Request(
                        "worker-1", List.of(new Claims.Claim(ID, 1, 1)), Map.of(ID, "a token")));
        all.put("claims-response", new Claims.Response(List.of(new Claims.Claim(ID, 1, 1))));
        all.put(
                "audit-batch",
                AuditBatch.of(
                        new AuditEvent(
                                "a1",
                                NOON,
                                "main",
                                "alice",
                                "jti-1",
                                "127.0.0.1",
                                "flow.create",
                                "flow/company.team/etl",
                                "done",
                                Map.of("revision", "3"))));
        return all;
    }

    private static void event(Map<String, Object> all, String name, LaneEvent event) {
        all.put(name, new LaneMessage(ID, event, NOON, "instance-1", "c1", null));
    }

    private static LogLine line() {
        return new LogLine(
                ID, "company.team", "etl", 1, "extract", 0, "INFO", NOON, "12 rows", "task-1");
    }
}
