// SPDX-License-Identifier: Apache-2.0
package io.millrace.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.engine.ExecutionEvent.DecisionMade;
import io.millrace.engine.ExecutionEvent.ForceRunRequested;
import io.millrace.engine.ExecutionEvent.KillRequested;
import io.millrace.engine.ExecutionEvent.Recovered;
import io.millrace.engine.ExecutionEvent.RestartRequested;
import io.millrace.engine.ExecutionEvent.ResumeRequested;
import io.millrace.engine.ExecutionEvent.TaskRunStateSet;
import io.millrace.model.Task.Approval.Decision;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// How an approval waits, what follows from its decision, and what can't lead around it.
class ApprovalTest {
    /// With a task for all that an approval may run, then a task after it.
    private static Lab all(String... properties) {
        return Lab.of(
                """
                id: flow
                namespace: test
                tasks:
                  - id: ask
                    type: io.kestra.plugin.core.flow.Approval
                    timeout: PT1H
                    onWait: [{id: notify, type: test.Work}]
                    onApprove: [{id: 'yes', type: test.Work}]
                    onDeny: [{id: 'no', type: test.Work}]
                    errors: [{id: alert, type: test.Work}]
                    finally: [{id: clean, type: test.Work}]
                %s
                  - {id: after, type: test.Work}
                finally:
                  - {id: close, type: test.Work}
                """
                        .formatted(String.join("\n", properties).indent(4).stripTrailing()));
    }

    private static Lab approval(String properties) {
        return Lab.of(
                """
                id: flow
                namespace: test
                inputs: [{id: sure, type: BOOL, defaults: false}]
                tasks:
                  - {id: ask, type: io.kestra.plugin.core.flow.Approval%s}
                  - {id: after, type: test.Work}
                """
                        .formatted(properties.isEmpty() ? "" : ", " + properties));
    }

    private static Lab decide(Lab lab, String task, Decision decision, @Nullable String comment) {
        var run = lab.run(task);
        return lab.send(
                        new DecisionMade(
                                run.ordinal(), decision, comment, Map.of("reason", "x"), "ann"))
                .settle();
    }

    /// `ann` approves or denies, or the time passes.
    private static Lab decide(Lab lab, Decision decision) {
        return decision == Decision.EXPIRED
                ? lab.later(Duration.ofHours(1))
                : decide(lab, "ask", decision, "fine");
    }

    private static String runs(Lab lab) {
        return String.join(" ", lab.runs());
    }

    @ParameterizedTest
    @CsvSource({
        "APPROVED, approve, CONTINUE, SUCCESS, SUCCESS yes, true",
        "APPROVED, approve, WARN, WARNING, WARNING yes, true",
        "APPROVED, approve, FAIL, FAILED, FAILED yes, false",
        "APPROVED, approve, SUCCEED, SUCCESS, SUCCESS yes, false",
        "APPROVED, approve, CANCEL, CANCELLED, CANCELLED yes, false",
        "APPROVED, approve, KILL, KILLED, KILLED yes, false",
        "DENIED, deny, CONTINUE, SUCCESS, SUCCESS no, true",
        "DENIED, deny, WARN, WARNING, WARNING no, true",
        "DENIED, deny, FAIL, FAILED, FAILED no, false",
        "DENIED, deny, SUCCEED, SUCCESS, SUCCESS no, false",
        "DENIED, deny, CANCEL, CANCELLED, CANCELLED no, false",
        "DENIED, deny, KILL, KILLED, KILLED no, false",
        "EXPIRED, expire, CONTINUE, SUCCESS, SUCCESS, true",
        "EXPIRED, expire, WARN, WARNING, WARNING, true",
        "EXPIRED, expire, FAIL, FAILED, FAILED, false",
        "EXPIRED, expire, SUCCEED, SUCCESS, SUCCESS, false",
        "EXPIRED, expire, CANCEL, CANCELLED, CANCELLED, false",
        "EXPIRED, expire, KILL, KILLED, KILLED, false",
    })
    void aBehaviorSaysWhatBecomesOfTheExecution(
            Decision decision,
            String property,
            String behavior,
            State execution,
            String task,
            boolean goesOn) {
        var lab = all(property + "Behavior: " + behavior).start();
        assertThat(lab.state()).isEqualTo(State.PAUSED);
        assertThat(runs(lab)).isEqualTo("ask:PAUSED notify:SUCCESS");

        decide(lab, decision);

        var ask = task.split(" ");
        assertThat(lab.state()).isEqualTo(execution);
        assertThat(runs(lab))
                .isEqualTo(
                        "ask:"
                                + ask[0]
                                + " notify:SUCCESS"
                                + (ask.length > 1 ? " " + ask[1] + ":SUCCESS" : "")
                                + " clean:SUCCESS"
                                + (goesOn ? " after:SUCCESS" : "")
                                + (behavior.equals("KILL") ? "" : " close:SUCCESS"));
    }

    @ParameterizedTest
    @CsvSource({"APPROVED, SUCCESS", "DENIED, CANCELLED", "EXPIRED, CANCELLED"})
    void aDenialAndSilenceCancelUnlessTheTaskSaysOtherwise(Decision decision, State end) {
        var lab = decide(all().start(), decision);

        assertThat(lab.state()).isEqualTo(end);
        assertThat(lab.run("ask").outputs()).containsEntry("decision", decision.name());
    }

    @ParameterizedTest
    @CsvSource({"CONTINUE", "WARN", "SUCCEED", "CANCEL", "KILL"})
    void noBehaviorHidesAFailure(String behavior) {
        var lab = all("approveBehavior: " + behavior).failing("yes").start();

        decide(lab, Decision.APPROVED);

        assertThat(lab.state()).isEqualTo(State.FAILED);
        assertThat(runs(lab))
                .isEqualTo(
                        "ask:FAILED notify:SUCCESS yes:FAILED alert:SUCCESS clean:SUCCESS"
                                + " close:SUCCESS");
    }

    @Test
    void aBehaviorIsKnownWhenTheDecisionIs() {
        var lab =
                approval(
                                "approveBehavior: '{{ outputs.ask.inputs.reason == \"x\" ? \"WARN\" : \"FAIL\" }}'")
                        .start();

        decide(lab, Decision.APPROVED);

        assertThat(runs(lab)).isEqualTo("ask:WARNING after:SUCCESS");
    }

    @Test
    void aBehaviorThatIsNoneFailsTheTask() {
        var lab = approval("approveBehavior: '{{ outputs.ask.decision }}'").start();

        decide(lab, Decision.APPROVED);

        assertThat(runs(lab)).isEqualTo("ask:FAILED");
        assertThat(lab.logs)
                .anyMatch(line -> line.message().startsWith("Expected behavior to be one of"));
    }

    @Test
    void itsOutputsSayWhoHasDecidedWhatAndWhen() {
        var lab = all().start();
        assertThat(lab.run("ask").outputs())
                .containsEntry("due", "2026-03-01T13:00:00Z")
                .doesNotContainKey("decision");
        assertThat(lab.run("ask").outputs())
                .containsEntry("url", "/ui/main/executions/" + lab.main().execution().id());

        lab.later(Duration.ofMinutes(5));
        decide(lab, Decision.APPROVED);

        assertThat(lab.run("ask").outputs())
                .containsEntry("decision", "APPROVED")
                .containsEntry("auto", false)
                .containsEntry("by", "ann")
                .containsEntry("on", "2026-03-01T12:05:00Z")
                .containsEntry("comment", "fine")
                .containsEntry("inputs", Map.of("reason", "x"))
                .containsEntry("due", "2026-03-01T13:00:00Z")
                .containsKey("url");
    }

    @ParameterizedTest
    @CsvSource({"true, SUCCESS", "false, PAUSED"})
    void whatIsApprovedByItselfWaitsForNobody(boolean sure, State state) {
        var lab =
                approval(
                        "autoApprove: '{{ inputs.sure }}', onWait: [{id: notify, type: test.Work}],"
                                + " onApprove: [{id: 'yes', type: test.Work}]");

        lab.start(Map.of("sure", sure));

        assertThat(lab.state()).isEqualTo(state);
        if (sure) {
            assertThat(runs(lab)).isEqualTo("ask:SUCCESS yes:SUCCESS after:SUCCESS");
            assertThat(lab.main().execution().history().includes(State.PAUSED)).isFalse();
            assertThat(lab.run("ask").outputs())
                    .containsEntry("decision", "APPROVED")
                    .containsEntry("auto", true)
                    .containsEntry("by", null);
        }
    }

    @Test
    void whatFailsBeforeItWaitsFailsIt() {
        var lab = all().failing("notify").start();

        assertThat(lab.state()).isEqualTo(State.FAILED);
        assertThat(runs(lab))
                .isEqualTo("ask:FAILED notify:FAILED alert:SUCCESS clean:SUCCESS close:SUCCESS");
    }

    @Test
    void whatMayFailBeforeItWaitsMay() {
        var lab = all("allowFailure: true").failing("notify").start();
        assertThat(lab.state()).isEqualTo(State.PAUSED);

        decide(lab, Decision.APPROVED);

        assertThat(runs(lab))
                .isEqualTo(
                        "ask:SUCCESS notify:FAILED yes:SUCCESS clean:SUCCESS after:SUCCESS"
                                + " close:SUCCESS");
    }

    @ParameterizedTest
    @CsvSource({
        "ALWAYS, APPROVED, true",
        "ALWAYS, DENIED, true",
        "ON_DENY, APPROVED, false",
        "ON_DENY, DENIED, true",
        "ON_APPROVE, APPROVED, true",
        "ON_APPROVE, DENIED, false",
        "NEVER, DENIED, false",
        "'{{ inputs.sure ? \"NEVER\" : \"ALWAYS\" }}', DENIED, true",
    })
    void aCommentIsGivenWhereItIsRequired(String required, Decision decision, boolean refused) {
        var lab =
                approval("commentRequired: '%s'".formatted(required)).start(Map.of("sure", false));

        decide(lab, "ask", decision, " ");
        assertThat(lab.state() == State.PAUSED).isEqualTo(refused);

        decide(lab, "ask", decision, "because");
        assertThat(lab.state()).isIn(State.SUCCESS, State.CANCELLED);
    }

    @Test
    void itIsDecidedOnce() {
        var lab = approval("").start();

        decide(lab, Decision.APPROVED);
        decide(lab, Decision.DENIED);

        assertThat(lab.outcome).isInstanceOf(Outcome.Refused.class);
        assertThat(lab.state()).isEqualTo(State.SUCCESS);
        assertThat(lab.run("ask").outputs()).containsEntry("decision", "APPROVED");
    }

    @Test
    void nothingButADecisionLeadsOn() {
        var lab = approval("").start();
        int ask = lab.run("ask").ordinal();

        lab.send(new ResumeRequested(null, Map.of(), "bob")).settle();
        assertThat(lab.outcome).isInstanceOf(Outcome.Refused.class);
        lab.send(new ResumeRequested(ask, Map.of(), "bob")).settle();
        lab.send(new ForceRunRequested("bob")).settle();
        lab.send(new RestartRequested("bob")).settle();
        lab.send(new TaskRunStateSet(ask, State.SUCCESS, "bob")).settle();
        lab.send(new TaskRunStateSet(ask, State.RUNNING, "bob")).settle();

        assertThat(lab.state()).isEqualTo(State.PAUSED);
        assertThat(runs(lab)).isEqualTo("ask:PAUSED");
    }

    @Test
    void itIsWithdrawnWithoutADecision() {
        var lab = all().start();

        lab.send(new TaskRunStateSet(lab.run("ask").ordinal(), State.CANCELLED, "ann")).settle();

        assertThat(lab.state()).isEqualTo(State.CANCELLED);
        assertThat(runs(lab)).isEqualTo("ask:CANCELLED notify:SUCCESS close:SUCCESS");
        assertThat(lab.run("ask").outputs()).doesNotContainKey("decision");
    }

    @Test
    void aResumeIsForThePauseBesideIt() {
        var lab = beside("{id: wait, type: io.kestra.plugin.core.flow.Pause}").start();

        lab.send(new ResumeRequested(null, Map.of(), "bob")).settle();
        assertThat(runs(lab)).isEqualTo("both:RUNNING ask:PAUSED wait:SUCCESS");
        assertThat(lab.state()).isEqualTo(State.PAUSED);
        decide(lab, Decision.APPROVED);

        assertThat(lab.state()).isEqualTo(State.SUCCESS);
    }

    private static Lab beside(String other) {
        return Lab.of(
                """
                id: flow
                namespace: test
                tasks:
                  - id: both
                    type: io.kestra.plugin.core.flow.Parallel
                    tasks:
                      - id: ask
                        type: io.kestra.plugin.core.flow.Approval
                        onApprove: [{id: 'yes', type: test.Work}]
                        onDeny: [{id: 'no', type: test.Work}]
                      - %s
                  - {id: after, type: test.Work}
                """
                        .formatted(other));
    }

    @Test
    void eachOfSeveralIsDecidedByItself() {
        var lab =
                beside(
                                "{id: other, type: io.kestra.plugin.core.flow.Approval,"
                                        + " onApprove: [{id: also, type: test.Work}]}")
                        .start();

        decide(lab, "other", Decision.APPROVED, null);
        assertThat(runs(lab)).isEqualTo("both:RUNNING ask:PAUSED other:SUCCESS also:SUCCESS");
        decide(lab, "ask", Decision.DENIED, null);

        assertThat(lab.state()).isEqualTo(State.CANCELLED);
        assertThat(runs(lab))
                .isEqualTo("both:CANCELLED ask:CANCELLED other:SUCCESS also:SUCCESS no:SUCCESS");
    }

    @Test
    void aDenialLetsWhatRunsBesideItEndItsWork() {
        var lab = beside("{id: work, type: test.Work}");
        var held = new HashSet<Job>();
        lab.worker(
                        job -> {
                            if (job.taskId().equals("work")) {
                                held.add(job);
                                return null;
                            }
                            return lab.success(job, Map.of());
                        })
                .start();

        decide(lab, Decision.DENIED);
        assertThat(lab.state()).isEqualTo(State.RUNNING);
        var job = held.iterator().next();
        lab.send(
                        new ExecutionEvent.TaskEnded(
                                job.taskRun(), job.dispatch(), lab.success(job, Map.of())))
                .settle();

        assertThat(lab.state()).isEqualTo(State.CANCELLED);
        assertThat(runs(lab)).isEqualTo("both:CANCELLED ask:CANCELLED work:SUCCESS no:SUCCESS");
    }

    @ParameterizedTest
    @CsvSource({
        "CANCEL, SUCCESS, 'each:SUCCESS ask[x]:CANCELLED ask[y]:SUCCESS next[y]:SUCCESS after:SUCCESS'",
        "SUCCEED, SUCCESS, 'each:SUCCESS ask[x]:SUCCESS ask[y]:SUCCESS next[y]:SUCCESS after:SUCCESS'",
        "FAIL, FAILED, 'each:FAILED ask[x]:FAILED ask[y]:SUCCESS'",
        "KILL, KILLED, 'each:KILLED ask[x]:KILLED ask[y]:KILLED'",
    })
    void inALoopItEndsItsIteration(String behavior, State end, String runs) {
        var lab =
                loop("- {id: ask, type: io.kestra.plugin.core.flow.Approval, denyBehavior: %s}"
                                .formatted(behavior))
                        .start();
        var asked =
                lab.main().taskRuns().stream().filter(run -> run.taskId().equals("ask")).toList();

        lab.send(new DecisionMade(asked.get(0).ordinal(), Decision.DENIED, null, Map.of(), "ann"))
                .settle();
        lab.send(new DecisionMade(asked.get(1).ordinal(), Decision.APPROVED, null, Map.of(), "ann"))
                .settle();

        assertThat(lab.state()).isEqualTo(end);
        assertThat(runs(lab)).isEqualTo(runs);
    }

    @Test
    void deepInALoopItEndsItsIteration() {
        var lab =
                loop("""
                - id: in
                  type: io.kestra.plugin.core.flow.Sequential
                  tasks:
                    - {id: ask, type: io.kestra.plugin.core.flow.Approval}
                    - {id: rest, type: test.Work}
                """)
                        .start();
        var asked =
                lab.main().taskRuns().stream().filter(run -> run.taskId().equals("ask")).toList();

        lab.send(new DecisionMade(asked.get(0).ordinal(), Decision.DENIED, null, Map.of(), "ann"))
                .settle();
        lab.send(new DecisionMade(asked.get(1).ordinal(), Decision.APPROVED, null, Map.of(), "ann"))
                .settle();

        assertThat(lab.state()).isEqualTo(State.SUCCESS);
        assertThat(runs(lab))
                .isEqualTo(
                        "each:SUCCESS in[x]:CANCELLED in[y]:SUCCESS ask:CANCELLED ask:SUCCESS"
                                + " rest:SUCCESS next[y]:SUCCESS after:SUCCESS");
    }

    private static Lab loop(String task) {
        return Lab.of(
                """
                id: flow
                namespace: test
                tasks:
                  - id: each
                    type: io.kestra.plugin.core.flow.Loop
                    values: [x, y]
                    tasks:
                %s      - {id: next, type: test.Work}
                  - {id: after, type: test.Work}
                """
                        .formatted(task.indent(6)));
    }

    @ParameterizedTest
    @CsvSource({"true", "false"})
    void aKillEndsIt(boolean waiting) {
        var lab = all();
        lab.worker(job ->
                        !waiting && job.taskId().equals("notify")
                                ? null
                                : lab.success(job, Map.of()))
                .start();

        lab.send(new KillRequested("bob", true)).settle();

        assertThat(lab.state()).isEqualTo(State.KILLED);
        assertThat(runs(lab)).isEqualTo("ask:KILLED notify:" + (waiting ? "SUCCESS" : "KILLED"));
        decide(lab, Decision.APPROVED);
        assertThat(lab.outcome).isInstanceOf(Outcome.Refused.class);
    }

    @Test
    void aRestartGoesOnWithWhatWasDecided() {
        var failed = new HashSet<String>();
        var lab = all();
        lab.worker(job ->
                        job.taskId().equals("yes") && failed.add("yes")
                                ? lab.failure(job)
                                : lab.success(job, Map.of()))
                .start();
        decide(lab, Decision.APPROVED);
        assertThat(lab.state()).isEqualTo(State.FAILED);

        lab.send(new RestartRequested("bob")).settle();

        assertThat(lab.state()).isEqualTo(State.SUCCESS);
        assertThat(lab.run("ask").outputs()).containsEntry("by", "ann");
    }

    @Test
    void aRestartOfWhatWasDeniedAsksAgain() {
        var lab = all().start();
        decide(lab, Decision.DENIED);

        lab.send(new RestartRequested("bob")).settle();

        assertThat(lab.state()).isEqualTo(State.PAUSED);
        assertThat(runs(lab)).isEqualTo("ask:PAUSED notify:SUCCESS");
        decide(lab, Decision.APPROVED);
        assertThat(lab.state()).isEqualTo(State.SUCCESS);
    }

    @ParameterizedTest
    @CsvSource({"notify, PAUSED", "yes, SUCCESS", "ask, PAUSED"})
    void aReplayAsksAgainIfItBeginsBeforeTheDecision(String from, State state) {
        var lab = all().start();
        decide(lab, Decision.APPROVED);

        lab.replay(lab.run(from).ordinal()).settle();

        var replay = lab.last();
        assertThat(replay.execution().state()).isEqualTo(state);
        if (state == State.PAUSED) {
            var ask =
                    replay.taskRuns().stream()
                            .filter(run -> run.taskId().equals("ask"))
                            .findFirst()
                            .orElseThrow();
            lab.send(
                    replay.execution().id(),
                    new DecisionMade(ask.ordinal(), Decision.DENIED, null, Map.of(), "ann"));
            lab.settle();
            assertThat(Lab.runs(lab.last()))
                    .containsExactly(
                            "ask:CANCELLED",
                            "notify:SUCCESS",
                            "no:SUCCESS",
                            "clean:SUCCESS",
                            "close:SUCCESS");
        }
    }

    @Test
    void aLaneThatIsTakenOverWaitsOn() {
        var lab = all().start();

        lab.send(new Recovered(Instant.MAX)).settle();
        assertThat(lab.state()).isEqualTo(State.PAUSED);
        lab.later(Duration.ofHours(1));

        assertThat(lab.state()).isEqualTo(State.CANCELLED);
        assertThat(lab.run("ask").outputs()).containsEntry("decision", "EXPIRED");
    }
}
