// SPDX-License-Identifier: Apache-2.0
package io.millrace.platform.access;

import io.millrace.platform.problem.ServiceException;
import java.time.Duration;

/// What services say to each other of the use of quotas, and to callers when one is used up.
public final class QuotaUse {
    /// Most answers to one question.
    public static final int MOST = 500;

    private QuotaUse() {}

    /// How much is used? Each service answers what it counts itself.
    ///
    /// @param namespace empty for the whole tenant
    public record Question(Quota.Kind kind, String namespace) {}

    /// @param what is bounded, such as `schedules`
    public static ServiceException.TooMany refused(
            Quota quota, String tenant, String what, Duration wait) {
        return new ServiceException.TooMany(
                "Expected at most %d %s in %s"
                        .formatted(
                                quota.amount(),
                                what,
                                quota.namespace().isEmpty()
                                        ? "tenant " + tenant
                                        : "namespace " + quota.namespace()),
                wait,
                quota.kind().id(),
                quota.amount());
    }
}
