// SPDX-License-Identifier: Apache-2.0
package io.millrace.engine;

import io.millrace.model.Task.Approval.CommentRequired;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// How whoever decides an approval is asked.
///
/// @param approve label of the one decision
/// @param deny label of the other
/// @param commentRequired when he has to say something
public record ReviewForm(String approve, String deny, CommentRequired commentRequired) {
    static final String APPROVE = "approve";
    static final String DENY = "deny";
    static final String COMMENT_REQUIRED = "commentRequired";

    /// That of an approval that waits.
    public static ReviewForm of(TaskRun run) {
        return of(run.rendered() == null ? Values.NONE : run.rendered());
    }

    /// @throws IllegalArgumentException if it can't be told when a comment is required
    static ReviewForm of(Map<String, @Nullable Object> rendered) {
        return new ReviewForm(
                String.valueOf(Values.text(rendered.getOrDefault(APPROVE, "Approve"))),
                String.valueOf(Values.text(rendered.getOrDefault(DENY, "Deny"))),
                Approvals.choice(
                        CommentRequired.class,
                        rendered.getOrDefault(COMMENT_REQUIRED, CommentRequired.NEVER.name()),
                        COMMENT_REQUIRED));
    }
}
