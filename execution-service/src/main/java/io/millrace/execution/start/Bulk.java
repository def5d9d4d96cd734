// SPDX-License-Identifier: Apache-2.0
package io.millrace.execution.start;

import io.millrace.engine.Execution;
import io.millrace.execution.lane.LaneAnswer;
import io.millrace.execution.search.ExecutionFilter;
import io.millrace.execution.search.Executions;
import io.millrace.platform.access.Permission;
import io.millrace.platform.audit.ChangeRecord;
import io.millrace.platform.problem.ServiceException;
import io.millrace.platform.problem.Violation;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Function;
import java.util.function.Predicate;

/// Does something to many executions, a page at a time: the lanes of a page work side by side, and
/// no more than a page waits for them.
final class Bulk {
    private static final int PAGE = 200;
    private static final int TRIES = 50;

    private final Executions executions;
    private final int most;

    /// @param most executions that one request may name or find
    Bulk(Executions executions, int most) {
        this.executions = executions;
        this.most = most;
    }

    /// Told how far it is after each page.
    @FunctionalInterface
    interface Progress {
        /// @param of how many it is to be done to, at most
        void at(int done, int of);
    }

    /// What is done to each.
    ///
    /// @param fits executions that can do it
    /// @param needed which these are, for messages
    /// @param permission needed for it
    record Work(
            Predicate<Execution> fits,
            String needed,
            Permission permission,
            Function<Execution, CompletableFuture<LaneAnswer>> ask) {}

    /// To executions named by their ids: to all of them, or to none if one of them isn't there or
    /// can't do it.
    ///
    /// @return how many it was done to
    int each(List<String> ids, Work work, Progress progress) {
        if (ids.size() > most) {
            throw tooMany();
        }
        var found = new ArrayList<Execution>(ids.size());
        var refused = new ArrayList<Violation>();
        for (int from = 0; from < ids.size(); from += PAGE) {
            var page = ids.subList(from, Math.min(ids.size(), from + PAGE));
            var heads = executions.heads(page);
            for (var id : page) {
                var head = heads.get(id);
                if (head == null) {
                    refused.add(Violation.of(id, "Not Found: Execution " + id));
                    continue;
                }
                try {
                    executions.check(head, work.permission());
                } catch (ServiceException e) {
                    refused.add(Violation.of(id, e.detail()));
                    continue;
                }
                if (work.fits().test(head)) {
                    found.add(head);
                } else {
                    refused.add(Violation.of(id, misfit(head, work)));
                }
            }
        }
        if (!refused.isEmpty()) {
            throw invalid(refused);
        }
        int count = 0;
        for (int from = 0; from < found.size(); from += PAGE) {
            count += ask(found.subList(from, Math.min(found.size(), from + PAGE)), work, refused);
            progress.at(count, found.size());
        }
        if (!refused.isEmpty()) {
            throw invalid(refused);
        }
        return count;
    }

    /// To all that a filter finds and that can do it; the others are passed over.
    ///
    /// @return how many it was done to
    int found(ExecutionFilter filter, Work work, Progress progress) {
        int of = (int) executions.count(filter, work.permission(), most + 1L);
        if (of > most) {
            throw tooMany();
        }
        int count = 0;
        var passedOver = new ArrayList<Violation>();
        var page = executions.page(filter, work.permission(), null, PAGE);
        while (!page.isEmpty()) {
            count += ask(page.stream().filter(work.fits()).toList(), work, passedOver);
            progress.at(count, Math.max(count, of));
            page =
                    executions.page(
                            filter,
                            work.permission(),
                            Executions.Position.of(page.getLast()),
                            PAGE);
        }
        return count;
    }

    private static String misfit(Execution head, Work work) {
        return "Expected an execution "
                + work.needed()
                + " but "
                + head.id()
                + " is "
                + head.state();
    }

    private static ServiceException.Invalid invalid(List<Violation> refused) {
        return new ServiceException.Invalid(
                "Invalid bulk request: " + refused.getFirst().message(), refused);
    }

    private ServiceException.Invalid tooMany() {
        return new ServiceException.Invalid(
                "ids", "Expected at most " + most + " executions in one request");
    }

    private static int ask(List<Execution> heads, Work work, List<Violation> refused) {
        var answers = new ArrayList<CompletableFuture<LaneAnswer>>(heads.size());
        for (var head : heads) {
            answers.add(asked(head, work));
        }
        int count = 0;
        for (int i = 0; i < answers.size(); i++) {
            try {
                Answers.accepted(answers.get(i));
                count++;
                ChangeRecord.note("executions", heads.get(i).id());
            } catch (ServiceException.Refused
                    | ServiceException.Invalid
                    | ServiceException.Conflict
                    | ServiceException.Forbidden e) {
                refused.add(Violation.of(heads.get(i).id(), e.detail()));
            }
        }
        return count;
    }

    /// Waits a while where a lane has too much to do already.
    private static CompletableFuture<LaneAnswer> asked(Execution head, Work work) {
        for (int tries = 1; ; tries++) {
            try {
                return work.ask().apply(head);
            } catch (io.millrace.execution.lane.LaneUnavailableException e) {
                if (!e.busy() || tries == TRIES) {
                    return CompletableFuture.failedFuture(e);
                }
                LockSupport.parkNanos(Duration.ofMillis(100).toNanos());
            } catch (ServiceException e) {
                return CompletableFuture.failedFuture(e);
            }
        }
    }
}
