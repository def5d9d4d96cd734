// SPDX-License-Identifier: Apache-2.0
package io.millrace.execution.start;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.millrace.contracts.LaneEvent;
import io.millrace.engine.Phase;
import io.millrace.engine.ReviewForm;
import io.millrace.engine.State;
import io.millrace.engine.TaskRun;
import io.millrace.execution.lane.LaneAnswer;
import io.millrace.execution.lane.LaneRouter;
import io.millrace.execution.lane.StoredExecution;
import io.millrace.execution.search.Executions;
import io.millrace.model.Task;
import io.millrace.model.Task.Approval.Decision;
import io.millrace.platform.access.Permission;
import io.millrace.platform.problem.ServiceException;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/// Decides approvals, for callers who may do so.
public final class Reviews {
    private final Course course;
    private final Executions executions;
    private final LaneRouter lanes;

    public Reviews(Course course, Executions executions, LaneRouter lanes) {
        this.course = course;
        this.executions = executions;
        this.lanes = lanes;
    }

    /// What somebody says to an approval.
    ///
    /// @param comment absent if he says nothing
    /// @param form the inputs that it asks for
    record Review(Decision decision, @Nullable String comment, Form form) {
        private static final int LONGEST_COMMENT = 4096;

        Review {
            if (comment != null && comment.length() > LONGEST_COMMENT) {
                throw new ServiceException.Invalid(
                        "comment", "Expected at most " + LONGEST_COMMENT + " characters");
            }
        }
    }

    /// @throws ServiceException.Conflict if it has been decided already
    LaneAnswer review(String id, int taskRun, Review review) {
        var stored = executions.require(id, Permission.EXECUTION_UPDATE);
        var approval = approval(stored, taskRun);
        Course.requireApprover(approval.task(), stored.execution());
        requireComment(stored, taskRun, review);
        var typed = course.typed(approval, stored.execution(), review.form());
        var event =
                new LaneEvent.DecisionMade(
                        taskRun, review.decision().name(), review.comment(), typed, Course.by());
        return answer(id, taskRun, event);
    }

    /// Ends an approval without a decision.
    LaneAnswer withdraw(String id, int taskRun) {
        var stored = executions.require(id, Permission.EXECUTION_UPDATE);
        Course.requireApprover(approval(stored, taskRun).task(), stored.execution());
        return answer(
                id,
                taskRun,
                new LaneEvent.TaskRunStateSet(taskRun, State.CANCELLED.name(), Course.by()));
    }

    /// What was asked of an approval. Somebody else may have been quicker.
    private LaneAnswer answer(String id, int taskRun, LaneEvent event) {
        var given = Answers.of(lanes.ask(id, event));
        if (!given.reply().accepted()) {
            approval(executions.require(id, Permission.EXECUTION_UPDATE), taskRun);
        }
        return Answers.accepted(given);
    }

    /// What the approval would say to a review.
    InputsReport validate(String id, int taskRun, Review review) {
        var stored = executions.require(id, Permission.EXECUTION_UPDATE);
        var approval = approval(stored, taskRun);
        requireComment(stored, taskRun, review);
        return course.report(approval, stored.execution(), review.form());
    }

    private static void requireComment(StoredExecution stored, int taskRun, Review review) {
        var comment = review.comment();
        if ((comment == null || comment.isBlank())
                && ReviewForm.of(run(stored, taskRun))
                        .commentRequired()
                        .applies(review.decision())) {
            throw new ServiceException.Invalid("comment", "Expected a comment on this decision");
        }
    }

    /// How somebody is asked who reviews.
    ///
    /// @param allowed whether he may
    /// @param reason why he may not
    /// @param due when the time for it is over
    @JsonInclude(JsonInclude.Include.NON_NULL)
    record Question(
            boolean allowed,
            @Nullable String reason,
            String approve,
            String deny,
            Task.Approval.CommentRequired commentRequired,
            @Nullable Instant due) {}

    Question question(String id, int taskRun) {
        var stored = executions.require(id, Permission.EXECUTION_UPDATE);
        var approval = approval(stored, taskRun);
        var run = run(stored, taskRun);
        var form = ReviewForm.of(run);
        var refusal = Course.refusal(approval.task(), stored.execution()).orElse(null);
        return new Question(
                refusal == null,
                refusal,
                form.approve(),
                form.deny(),
                form.commentRequired(),
                run.wakeAt());
    }

    /// @throws ServiceException.NotFound if there is no such task run
    /// @throws ServiceException.Refused if it is no approval
    /// @throws ServiceException.Conflict if it waits for nobody
    private Course.Paused approval(StoredExecution stored, int taskRun) {
        var run = run(stored, taskRun);
        var plan = course.plan(stored.execution(), stored.execution().revision());
        if (!(plan.flow().task(run.taskId()).orElse(null) instanceof Task.Approval approval)) {
            throw new ServiceException.Refused(
                    "Expected an approval but '%s' is none".formatted(run.taskId()));
        }
        if (run.phase() != Phase.PAUSED) {
            throw new ServiceException.Conflict(
                    "Expected an approval that waits for a decision but '%s' is %s"
                            .formatted(run.taskId(), run.state()));
        }
        return new Course.Paused(plan, approval, taskRun);
    }

    private static TaskRun run(StoredExecution stored, int ordinal) {
        return stored.taskRuns().stream()
                .filter(run -> run.ordinal() == ordinal)
                .findFirst()
                .orElseThrow(() ->
                        new ServiceException.NotFound(
                                "Expected the execution to have this task run but it doesn't"));
    }
}
