// SPDX-License-Identifier: Apache-2.0
package io.millrace.execution.start;

import io.millrace.execution.lane.LaneAnswer;
import io.millrace.execution.lane.StoredExecution;
import io.millrace.execution.search.ExecutionView;
import io.millrace.execution.search.Executions;
import io.millrace.model.Task.Approval.Decision;
import io.millrace.platform.access.Permission;
import io.millrace.platform.audit.ChangeRecord;
import io.millrace.platform.problem.ServiceException;
import io.swagger.v3.oas.annotations.Parameter;
import io.swagger.v3.oas.annotations.enums.ParameterIn;
import io.swagger.v3.oas.annotations.media.Schema;
import jakarta.servlet.http.HttpServletRequest;
import java.io.IOException;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;

/// Reviews of task runs that wait until somebody approves or denies. The task run is that of the
/// parameter `taskRunId`; a form brings along its inputs, and what the reviewer says as `comment`.
@RestController
@RequestMapping("/api/v1/{tenant}/executions/{executionId:[0-9A-Za-z]{22}}/actions")
final class ReviewController {
    private static final String COMMENT = "comment";

    private final Reviews reviews;
    private final Executions executions;

    ReviewController(Reviews reviews, Executions executions) {
        this.reviews = reviews;
        this.executions = executions;
    }

    @Parameter(
            in = ParameterIn.QUERY,
            name = "taskRunId",
            required = true,
            schema = @Schema(type = "string"))
    @Parameter(
            in = ParameterIn.QUERY,
            name = "decision",
            required = true,
            schema =
                    @Schema(
                            type = "string",
                            allowableValues = {"APPROVE", "DENY"}))
    @PostMapping("/review")
    ExecutionView review(@PathVariable String executionId, HttpServletRequest request)
            throws IOException {
        int taskRun = taskRun(executionId, request);
        var review = read(request);
        var answer = reviews.review(executionId, taskRun, review);
        ChangeRecord.note("taskRun", executionId + "-" + taskRun);
        ChangeRecord.note("decision", review.decision().name());
        return view(executionId, answer);
    }

    /// What the approval would say to it; nothing is decided.
    @Parameter(
            in = ParameterIn.QUERY,
            name = "taskRunId",
            required = true,
            schema = @Schema(type = "string"))
    @Parameter(
            in = ParameterIn.QUERY,
            name = "decision",
            required = true,
            schema =
                    @Schema(
                            type = "string",
                            allowableValues = {"APPROVE", "DENY"}))
    @PostMapping("/review/validate")
    InputsReport validate(@PathVariable String executionId, HttpServletRequest request)
            throws IOException {
        return reviews.validate(executionId, taskRun(executionId, request), read(request));
    }

    /// Whether the caller may decide, and how he is asked.
    @Parameter(
            in = ParameterIn.QUERY,
            name = "taskRunId",
            required = true,
            schema = @Schema(type = "string"))
    @GetMapping("/review/allowed")
    Reviews.Question allowed(@PathVariable String executionId, HttpServletRequest request) {
        return reviews.question(executionId, taskRun(executionId, request));
    }

    @Parameter(
            in = ParameterIn.QUERY,
            name = "taskRunId",
            required = true,
            schema = @Schema(type = "string"))
    @PostMapping("/cancel-approval")
    ExecutionView withdraw(@PathVariable String executionId, HttpServletRequest request) {
        int taskRun = taskRun(executionId, request);
        var answer = reviews.withdraw(executionId, taskRun);
        ChangeRecord.note("taskRun", executionId + "-" + taskRun);
        return view(executionId, answer);
    }

    private ExecutionView view(String id, LaneAnswer answer) {
        var state = answer.state();
        return executions.view(
                state == null
                        ? executions.require(id, Permission.EXECUTION_UPDATE)
                        : new StoredExecution(state.execution(), 0, state.taskRuns()));
    }

    private static int taskRun(String executionId, HttpServletRequest request) {
        var id =
                new QueryString(request)
                        .get("taskRunId")
                        .filter(given -> !given.isBlank())
                        .orElseThrow(() ->
                                new ServiceException.Invalid(
                                        "taskRunId", "Expected the id of a task run"));
        var ordinal = ExecutionView.ordinal(executionId, id);
        if (ordinal == null) {
            throw new ServiceException.NotFound("Expected a task run " + id + " but there is none");
        }
        return ordinal;
    }

    private static Reviews.Review read(HttpServletRequest request) throws IOException {
        var decision =
                switch (new QueryString(request).get("decision").orElse("")) {
                    case "APPROVE" -> Decision.APPROVED;
                    case "DENY" -> Decision.DENIED;
                    default ->
                            throw new ServiceException.Invalid(
                                    "decision", "Expected APPROVE or DENY");
                };
        var form = Form.read(request);
        var comment = form.values().get(COMMENT);
        return new Reviews.Review(
                decision, comment == null ? null : comment.toString(), form.without(COMMENT));
    }
}
