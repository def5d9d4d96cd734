// SPDX-License-Identifier: Apache-2.0
package io.millrace.execution.start;

import io.millrace.execution.lane.LaneAnswer;
import io.millrace.execution.lane.LaneUnavailableException;
import io.millrace.platform.problem.ServiceException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;

/// Waits for lanes on behalf of a request.
final class Answers {
    private Answers() {}

    /// @throws ServiceException.Refused if the lane didn't accept it
    static LaneAnswer accepted(CompletableFuture<LaneAnswer> answer) {
        return accepted(of(answer));
    }

    /// @throws ServiceException.Refused if the lane didn't accept it
    static LaneAnswer accepted(LaneAnswer given) {
        if (!given.reply().accepted()) {
            var refusal = given.reply().refusal();
            throw new ServiceException.Refused(refusal == null ? "Refused" : refusal);
        }
        return given;
    }

    static LaneAnswer of(CompletableFuture<LaneAnswer> answer) {
        try {
            return answer.join();
        } catch (CompletionException e) {
            if (e.getCause() instanceof LaneUnavailableException unavailable) {
                throw unavailable(unavailable);
            }
            if (e.getCause() instanceof ServiceException refused) {
                throw refused;
            }
            throw e;
        } catch (LaneUnavailableException e) {
            throw unavailable(e);
        }
    }

    private static ServiceException unavailable(LaneUnavailableException e) {
        var message = String.valueOf(e.getMessage());
        return e.busy()
                ? new ServiceException.TooMany(message, Duration.ofSeconds(1))
                : new ServiceException.Unavailable(message, Duration.ofSeconds(2), e);
    }
}
