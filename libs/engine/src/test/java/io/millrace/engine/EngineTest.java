// SPDX-License-Identifier: Apache-2.0
package io.millrace.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.engine.ExecutionEvent.Broken;
import io.millrace.engine.ExecutionEvent.ChildStarted;
import io.millrace.engine.ExecutionEvent.ForceRunRequested;
import io.millrace.engine.ExecutionEvent.KillRequested;
import io.millrace.engine.ExecutionEvent.LabelsSet;
import io.millrace.engine.ExecutionEvent.PauseRequested;
import io.millrace.engine.ExecutionEvent.Recovered;
import io.millrace.engine.ExecutionEvent.RestartRequested;
import io.millrace.engine.ExecutionEvent.ResumeRequested;
import io.millrace.engine.ExecutionEvent.StateSet;
import io.millrace.engine.ExecutionEvent.TaskEnded;
import io.millrace.engine.ExecutionEvent.TaskLost;
import io.millrace.engine.ExecutionEvent.TaskRunStateSet;
import io.millrace.engine.ExecutionEvent.TaskStarted;
import io.millrace.engine.ExecutionEvent.TimerDue;
import io.millrace.engine.ExecutionEvent.UnqueueRequested;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// What follows from single events.
class EngineTest {
    private static final String TWO_STEPS =
            """
            id: two-steps
            namespace: test
            tasks:
              - {id: extract, type: test.Work}
              - {id: load, type: test.Work}
            """;

    private static final String APPROVAL =
            """
            id: approval
            namespace: test
            tasks:
              - {id: wait, type: io.kestra.plugin.core.flow.Pause}
              - {id: after, type: test.Work}
            """;

    private static Lab silent(String source) {
        return Lab.of(source).worker(_ -> null).start();
    }

    private static TaskEnded ended(Lab lab, int taskRun, int dispatch, State state) {
        return new TaskEnded(
                taskRun,
                dispatch,
                new TaskResult(state, Map.of(), null, null, null, lab.now, lab.now, "worker"));
    }

    @Test
    void resultOfAnOlderDispatchChangesNothing() {
        var lab = silent(TWO_STEPS);
        var state = lab.main();

        var decision =
                Engine.decide(lab.plan(state), state, ended(lab, 0, 0, State.SUCCESS), lab.now);

        assertThat(decision).isEqualTo(Decision.of(state));
    }

    @Test
    void repeatedResultChangesNothing() {
        var lab = silent(TWO_STEPS).send(ended(silent(TWO_STEPS), 0, 1, State.SUCCESS)).settle();
        var state = lab.main();

        var decision =
                Engine.decide(lab.plan(state), state, ended(lab, 0, 1, State.FAILED), lab.now);

        assertThat(decision).isEqualTo(Decision.of(state));
    }

    @Test
    void resultStartsTheNextTask() {
        var lab = silent(TWO_STEPS);

        var decision =
                Engine.decide(
                        lab.plan(lab.main()), lab.main(), ended(lab, 0, 1, State.SUCCESS), lab.now);

        assertThat(decision.touched()).containsExactlyInAnyOrder(0, 1);
        assertThat(decision.commands()).containsExactly(new Command.DispatchTask(1, 1, false));
    }

    @Test
    void lostTaskRunsAgainUnderANewNumber() {
        var lab = silent(TWO_STEPS).send(new TaskStarted(0, 1, "worker", Lab.NOON));

        lab.send(new TaskLost(0, 1, "silent for 10 s"));

        assertThat(lab.commands).contains(new Command.DispatchTask(0, 2, false));
        assertThat(lab.run("extract").dispatch()).isEqualTo(2);
        assertThat(lab.run("extract").attempts()).isEmpty();
        assertThat(lab.main().awaits(0, 1)).isFalse();
    }

    @Test
    void recoveryGivesAgainWhatHasBeenSilent() {
        var lab = silent(TWO_STEPS);
        lab.commands.clear();

        lab.send(new Recovered(lab.now.minusSeconds(1)));
        assertThat(lab.commands).isEmpty();
        lab.send(new Recovered(lab.now));

        assertThat(lab.commands).contains(new Command.DispatchTask(0, 1, true));
    }

    @Test
    void recoveryLeavesAloneWhatAWorkerCarries() {
        var lab = silent(TWO_STEPS).send(new TaskStarted(0, 1, "worker", Lab.NOON));
        lab.commands.clear();

        lab.send(new Recovered(lab.now.plusSeconds(60)));

        assertThat(lab.commands).noneMatch(Command.DispatchTask.class::isInstance);
    }

    @Test
    void killStopsWhatRunsAndStartsNothing() {
        var lab = silent(TWO_STEPS).send(new KillRequested("me", true)).settle();

        assertThat(lab.main().execution().history())
                .hasToString("CREATED > RUNNING > KILLING > KILLED");
        assertThat(lab.commands).contains(new Command.CancelTaskRun(0, 1));
        assertThat(lab.runs()).containsExactly("extract:KILLED");
    }

    @Test
    void killWaitsForTheWorkerThatRunsIt() {
        var lab = silent(TWO_STEPS).send(new TaskStarted(0, 1, "worker", Lab.NOON));
        lab.send(new KillRequested("me", true));
        assertThat(lab.state()).isEqualTo(State.KILLING);
        assertThat(lab.runs()).containsExactly("extract:KILLING");

        lab.settle();

        assertThat(lab.state()).isEqualTo(State.KILLED);
        assertThat(lab.runs()).containsExactly("extract:KILLED");
    }

    @Test
    void killDoesNotWaitForAWorkerForEver() {
        var lab = silent(TWO_STEPS).send(new TaskStarted(0, 1, "worker", Lab.NOON));
        var killed =
                Engine.decide(
                                lab.plan(lab.main()),
                                lab.main(),
                                new KillRequested("me", true),
                                lab.now)
                        .state();

        var late =
                Engine.decide(lab.plan(killed), killed, new TimerDue(0), lab.now.plusSeconds(60));

        assertThat(late.state().execution().state()).isEqualTo(State.KILLED);
    }

    @Test
    void killOfAPausedExecutionIsAtOnce() {
        var lab = silent(APPROVAL).send(new KillRequested("me", true));

        assertThat(lab.main().execution().history())
                .hasToString("CREATED > RUNNING > PAUSED > KILLED");
        assertThat(lab.runs()).containsExactly("wait:KILLED");
    }

    @Test
    void killReachesChildren() {
        var lab =
                Lab.of(
                                """
                                id: parent
                                namespace: test
                                tasks:
                                  - id: call
                                    type: io.kestra.plugin.core.flow.Subflow
                                    namespace: test
                                    flowId: two-steps
                                """,
                                TWO_STEPS)
                        .worker(_ -> null)
                        .start();

        lab.send(new KillRequested("me", true)).settle();

        assertThat(lab.state()).isEqualTo(State.KILLED);
        assertThat(lab.last().execution().state()).isEqualTo(State.KILLED);
        assertThat(Lab.runs(lab.last())).containsExactly("extract:KILLED");
    }

    @Test
    void pauseLetsWhatRunsEndAndNothingBegin() {
        var lab = silent(TWO_STEPS).send(new PauseRequested("me"));
        lab.send(ended(lab, 0, 1, State.SUCCESS)).settle();
        assertThat(lab.state()).isEqualTo(State.PAUSED);
        assertThat(lab.runs()).containsExactly("extract:SUCCESS");

        lab.worker(job -> lab.success(job, Map.of()));
        lab.send(new ResumeRequested(null, Map.of(), "me")).settle();

        assertThat(lab.main().execution().history())
                .hasToString("CREATED > RUNNING > PAUSED > RESTARTED > RUNNING > SUCCESS");
        assertThat(lab.runs()).containsExactly("extract:SUCCESS", "load:SUCCESS");
    }

    @Test
    void onlyARunningExecutionCanBePaused() {
        var lab = Lab.of(TWO_STEPS).start().send(new PauseRequested("me"));

        assertThat(lab.outcome)
                .isEqualTo(
                        new Outcome.Refused(
                                "Only a running execution can be paused; it is SUCCESS"));
    }

    @Test
    void resumeGivesItsInputsToTheTask() {
        var lab = Lab.of(APPROVAL).start();

        lab.send(new ResumeRequested(null, Map.of("approved", true), "jane")).settle();

        assertThat(lab.state()).isEqualTo(State.SUCCESS);
        assertThat(lab.run("wait").outputs())
                .containsEntry("onResume", Map.of("approved", true))
                .hasEntrySatisfying("resumed", by -> assertThat(by).asString().contains("jane"));
    }

    @Test
    void forceRunResumesAPausedExecution() {
        var lab = Lab.of(APPROVAL).start().send(new ForceRunRequested("me")).settle();

        assertThat(lab.state()).isEqualTo(State.SUCCESS);
    }

    @Test
    void restartRunsWhatFailedAndWhatComesAfter() {
        var lab = Lab.of(TWO_STEPS).failing("load").start();
        assertThat(lab.state()).isEqualTo(State.FAILED);
        lab.worker(job -> lab.success(job, Map.of()));

        lab.send(new RestartRequested("me")).settle();

        assertThat(lab.main().execution().history())
                .hasToString("CREATED > RUNNING > FAILED > RESTARTED > RUNNING > SUCCESS");
        assertThat(lab.run("extract").attempts()).hasSize(1);
        assertThat(lab.run("load").attempts()).hasSize(2);
        assertThat(lab.main().execution().labels()).containsEntry("system.restarted", "true");
    }

    @Test
    void restartRemovesTheTaskRunsOfErrors() {
        var lab =
                Lab.of(TWO_STEPS + "errors:\n  - {id: alert, type: test.Work}\n")
                        .failing("load")
                        .start();
        assertThat(lab.runs()).containsExactly("extract:SUCCESS", "load:FAILED", "alert:SUCCESS");

        lab.send(new RestartRequested("me")).settle();

        assertThat(lab.runs()).containsExactly("extract:SUCCESS", "load:FAILED", "alert:SUCCESS");
        assertThat(lab.main().taskRuns()).extracting(TaskRun::ordinal).containsExactly(0, 1, 3);
    }

    @Test
    void restartNeedsSomethingThatFailed() {
        var lab = Lab.of(TWO_STEPS).start().send(new RestartRequested("me"));

        assertThat(lab.outcome)
                .isEqualTo(new Outcome.Refused("No task found to restart execution from!"));
        assertThat(lab.state()).isEqualTo(State.SUCCESS);
    }

    @Test
    void replayKeepsWhatCameBefore() {
        var lab = Lab.of(TWO_STEPS).start().replay(1);
        assertThat(lab.last().execution().history()).hasToString("CREATED > RESTARTED");
        assertThat(Lab.runs(lab.last())).containsExactly("extract:SUCCESS", "load:RESTARTED");

        lab.settle();

        assertThat(lab.jobs).hasSize(3);
        assertThat(Lab.runs(lab.last())).containsExactly("extract:SUCCESS", "load:SUCCESS");
        assertThat(lab.last().execution().replayOf()).isEqualTo(lab.main().execution().id());
        assertThat(lab.last().execution().originalId()).isEqualTo(lab.main().execution().id());
    }

    @Test
    void replayFromTheBeginningKeepsNothing() {
        var lab = Lab.of(TWO_STEPS).start().replay(null);
        assertThat(lab.last().taskRuns()).isEmpty();

        lab.settle();

        assertThat(Lab.runs(lab.last())).containsExactly("extract:SUCCESS", "load:SUCCESS");
    }

    @Test
    void taskRunThatIsSetToSuccessLetsTheExecutionGoOn() {
        var lab = Lab.of(TWO_STEPS).failing("extract").start();

        lab.send(new TaskRunStateSet(0, State.SUCCESS, "me")).settle();

        assertThat(lab.runs()).containsExactly("extract:SUCCESS", "load:SUCCESS");
        assertThat(lab.state()).isEqualTo(State.SUCCESS);
    }

    @Test
    void terminalStateCanBeSetToAnother() {
        var lab = Lab.of(TWO_STEPS).start().send(new StateSet(State.WARNING, "me"));

        assertThat(lab.state()).isEqualTo(State.WARNING);
        assertThat(lab.send(new StateSet(State.RUNNING, "me")).outcome)
                .isInstanceOf(Outcome.Refused.class);
    }

    @Test
    void systemLabelsAreRefused() {
        var lab = Lab.of(TWO_STEPS).start().send(new LabelsSet(Map.of("system.x", "y"), "me"));

        assertThat(lab.outcome.toString()).contains("system.x=y");
    }

    @Test
    void earlyTimerIsSetAgain() {
        var lab = Lab.of(APPROVAL.replace("Pause}", "Pause, delay: PT5S}")).start();
        lab.commands.clear();

        lab.send(new TimerDue(0));

        assertThat(lab.commands).containsExactly(new Command.SetTimer(0, Lab.NOON.plusSeconds(5)));
        assertThat(lab.state()).isEqualTo(State.PAUSED);
    }

    /// No date that it ends at could be stored.
    @ParameterizedTest
    @ValueSource(
            strings = {
                "{id: t, type: test.Work, timeout: \"{{ 'P36501D' }}\"}",
                "{id: t, type: test.Work, timeout: \"{{ 'soon' }}\"}",
                "{id: t, type: io.kestra.plugin.core.flow.Pause, delay: \"{{ 'P36501D' }}\"}",
                "{id: t, type: io.kestra.plugin.core.flow.Pause, timeout: \"{{ 3153600001 }}\"}",
                "{id: t, type: io.kestra.plugin.core.flow.WorkingDirectory, timeout: \"{{ '-P36501D' }}\", tasks: [{id: w, type: test.Work}]}",
                "{id: t, type: io.kestra.plugin.core.flow.LoopUntil, condition: \"{{ false }}\", checkFrequency: {interval: \"{{ 'P36501D' }}\"}, tasks: [{id: w, type: test.Work}]}",
                "{id: t, type: io.kestra.plugin.core.flow.Subflow, namespace: test, flowId: other, scheduleDate: \"{{ '+10000-01-01T00:00:00Z' }}\"}",
            })
    void aTimeThatNoDateCanHoldFailsTheTask(String task) {
        var lab = Lab.of("id: flow\nnamespace: test\ntasks: [" + task + "]\n").start().toTheEnd();

        assertThat(lab.state()).isEqualTo(State.FAILED);
        assertThat(lab.main().taskRuns().getFirst().state()).isEqualTo(State.FAILED);
        assertThat(lab.messages()).anyMatch(line -> line.startsWith("Expected a d"));
    }

    @Test
    void whatCantGoOnFailsWithAllThatRuns() {
        var lab = silent(TWO_STEPS).send(new Broken("no way")).toTheEnd();

        assertThat(lab.state()).isEqualTo(State.FAILED);
        assertThat(lab.messages()).contains("no way");
        assertThat(lab.commands).anyMatch(Command.CancelTaskRun.class::isInstance);
        assertThat(lab.send(new Broken("again")).messages()).doesNotContain("again");
    }

    @Test
    void childThatIsNotWaitedForEndsItsTaskWhenItBegins() {
        var lab =
                Lab.of(
                                """
                                id: parent
                                namespace: test
                                tasks:
                                  - id: call
                                    type: io.kestra.plugin.core.flow.Subflow
                                    namespace: test
                                    flowId: two-steps
                                    wait: false
                                """,
                                TWO_STEPS)
                        .worker(_ -> null)
                        .start();

        assertThat(lab.state()).isEqualTo(State.SUCCESS);
        assertThat(lab.last().execution().state()).isEqualTo(State.RUNNING);
        var again =
                Engine.decide(
                        lab.plan(lab.main()),
                        lab.main(),
                        new ChildStarted(0, 1, lab.last().execution().id()),
                        lab.now);
        assertThat(again).isEqualTo(Decision.of(lab.main()));
    }

    @Test
    void missingChildFlowFailsTheTask() {
        var lab =
                Lab.of(
                                """
                                id: parent
                                namespace: test
                                tasks:
                                  - id: call
                                    type: io.kestra.plugin.core.flow.Subflow
                                    namespace: test
                                    flowId: nowhere
                                """)
                        .start();

        assertThat(lab.state()).isEqualTo(State.FAILED);
        assertThat(lab.messages()).contains("Flow not found");
    }

    @Test
    void queuedExecutionsGoOneAfterTheOther() {
        var lab =
                Lab.of(TWO_STEPS + "concurrency: {limit: 1, behavior: QUEUE}\n")
                        .worker(_ -> null)
                        .start()
                        .start();
        assertThat(lab.last().execution().history()).hasToString("CREATED > QUEUED");

        lab.send(new KillRequested("me", true)).settle();

        assertThat(lab.last().execution().history()).hasToString("CREATED > QUEUED > RUNNING");
    }

    @Test
    void unqueuedExecutionRunsBesideTheLimit() {
        var lab =
                Lab.of(TWO_STEPS + "concurrency: {limit: 1, behavior: QUEUE}\n")
                        .worker(_ -> null)
                        .start()
                        .start();

        lab.send(lab.last().execution().id(), new UnqueueRequested(State.RUNNING, "me"));

        assertThat(lab.last().execution().state()).isEqualTo(State.RUNNING);
        assertThat(lab.last().execution().slot()).isEqualTo(Slot.NONE);
    }

    @Test
    void executionsOverTheLimitAreCancelled() {
        var lab =
                Lab.of(TWO_STEPS + "concurrency: {limit: 1, behavior: CANCEL}\n")
                        .worker(_ -> null)
                        .start()
                        .start();

        assertThat(lab.last().execution().state()).isEqualTo(State.CANCELLED);
        assertThat(lab.last().taskRuns()).isEmpty();
    }

    @Test
    void anExecutionThatCanNotRunFailsAndSaysWhy() {
        var lab = Lab.of(TWO_STEPS);
        var plan = lab.plans.values().iterator().next();
        var request = ExecutionRequest.of("id", "main", "me").failure("no such input").build();

        var decision = Engine.start(plan, request, Lab.NOON);

        assertThat(decision.state().execution().state()).isEqualTo(State.FAILED);
        assertThat(decision.state().taskRuns()).isEmpty();
        assertThat(decision.commands())
                .anyMatch(c -> c instanceof Command.Announce(var state, _) && state == State.FAILED)
                .anyMatch(c ->
                        c instanceof Command.WriteLog(var line)
                                && line.message().equals("no such input"));
    }

    @Test
    void scheduledExecutionWaitsForItsDate() {
        var lab = Lab.of(TWO_STEPS);
        var plan = lab.plans.values().iterator().next();
        var request =
                ExecutionRequest.of("id", "main", "me")
                        .scheduleDate(Lab.NOON.plus(Duration.ofHours(1)))
                        .build();

        var created = Engine.start(plan, request, Lab.NOON).state();
        var begun =
                Engine.decide(
                        plan,
                        created,
                        new TimerDue(TaskRun.NONE),
                        Instant.parse("2026-03-01T13:00:00Z"));

        assertThat(created.execution().state()).isEqualTo(State.CREATED);
        assertThat(begun.state().execution().state()).isEqualTo(State.RUNNING);
        assertThat(begun.commands()).contains(new Command.DispatchTask(0, 1, false));
    }

    @Test
    void onlyWhoNamesAnApprovalGivesIt() {
        var lab =
                Lab.of(
                                """
                                id: flow
                                namespace: test
                                tasks:
                                  - id: approve
                                    type: io.kestra.plugin.core.flow.Pause
                                    approval: {groups: [managers]}
                                  - {id: deploy, type: test.Work}
                                """)
                        .start()
                        .settle();
        assertThat(lab.state()).isEqualTo(State.PAUSED);

        // without a name, by force, or by another state: whoever can't approve could send these
        lab.send(new ResumeRequested(null, Map.of(), "me")).settle();
        lab.send(new ExecutionEvent.ForceRunRequested("me")).settle();
        lab.send(new ExecutionEvent.TaskRunStateSet(0, State.SUCCESS, "me")).settle();
        lab.send(new ExecutionEvent.TaskRunStateSet(0, State.RUNNING, "me")).settle();
        assertThat(lab.state()).isEqualTo(State.PAUSED);

        lab.send(new ResumeRequested(0, Map.of(), "manager")).settle();

        assertThat(lab.state()).isEqualTo(State.SUCCESS);
        assertThat(lab.runs()).containsExactly("approve:SUCCESS", "deploy:SUCCESS");
    }

    @Test
    void anApprovalCanBeDeniedAndIsNotHadAfterwards() {
        var lab =
                Lab.of(
                                """
                                id: flow
                                namespace: test
                                tasks:
                                  - id: approve
                                    type: io.kestra.plugin.core.flow.Pause
                                    approval: {other: true}
                                  - {id: deploy, type: test.Work}
                                """)
                        .start()
                        .settle();

        lab.send(new ExecutionEvent.TaskRunStateSet(0, State.FAILED, "manager")).settle();
        assertThat(lab.state()).isEqualTo(State.FAILED);
        lab.send(new ExecutionEvent.TaskRunStateSet(0, State.SUCCESS, "me")).settle();

        assertThat(lab.state()).isEqualTo(State.FAILED);
        assertThat(lab.runs()).containsExactly("approve:FAILED");
    }
}
