// SPDX-License-Identifier: Apache-2.0
package io.millrace.execution.start;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.millrace.execution.Reads;
import io.millrace.platform.access.Caller;
import io.millrace.platform.access.Quota;
import io.millrace.platform.access.QuotaUse;
import io.millrace.platform.access.QuotaUse.Question;
import io.millrace.platform.problem.ServiceException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import org.springframework.web.context.request.RequestContextHolder;
import org.springframework.web.context.request.ServletRequestAttributes;

/// Bounds how much a tenant or a namespace may start: so many a minute, so many that run at the
/// same time, and none while too many tasks wait or the day's log is full. Quotas come with the
/// caller, so a changed one holds at once. Each instance counts the starts of a minute for itself;
/// all else is asked of the store, at most once a second.
public final class StartQuotas {
    private static final Duration MINUTE = Duration.ofMinutes(1);
    private static final Duration COUNTED_FOR = Duration.ofSeconds(1);

    private final Reads reads;
    private final Clock clock;
    private final Cache<Of, Bucket> buckets =
            Caffeine.newBuilder()
                    .maximumSize(10_000)
                    .expireAfterAccess(MINUTE.multipliedBy(10))
                    .build();
    private final Cache<Of, Running> running =
            Caffeine.newBuilder().maximumSize(10_000).expireAfterWrite(COUNTED_FOR).build();

    private final Cache<Of, Long> uses =
            Caffeine.newBuilder().maximumSize(10_000).expireAfterWrite(COUNTED_FOR).build();

    private record Of(String tenant, Quota quota) {}

    public StartQuotas(Reads reads, Clock clock) {
        this.reads = reads;
        this.clock = clock;
    }

    /// @param count how many are to be started
    /// @throws ServiceException.TooMany if that is more than a quota leaves
    void admit(Caller caller, String namespace, int count) {
        for (var quota : caller.quotas()) {
            if (!quota.covers(namespace)) {
                continue;
            }
            var of = new Of(caller.tenant(), quota);
            switch (quota.kind()) {
                case STARTS_PER_MINUTE -> takeStarts(of, count);
                case RUNNING_EXECUTIONS -> takeRunning(of, count);
                case QUEUED_TASKS ->
                        requireLess(of, "tasks that wait for a worker", Duration.ofSeconds(2));
                case LOG_BYTES -> requireLess(of, "bytes of log lines a day", untilTomorrow());
                case STORAGE_BYTES, SCHEDULES -> {
                    // bound what is written and saved, not what is started
                }
            }
        }
    }

    private void takeStarts(Of of, int count) {
        var bucket = buckets.get(of, o -> new Bucket(o.quota().amount(), clock.instant()));
        var wait = bucket.take(count, clock.instant());
        if (!wait.isZero()) {
            if (count == 1) {
                sayClosed(of, wait);
            }
            throw QuotaUse.refusedStarts(
                    of.quota().amount(), of.quota().namespace(), of.tenant(), wait);
        }
    }

    /// So that the gateway refuses the next ones itself.
    private static void sayClosed(Of of, Duration wait) {
        if (RequestContextHolder.getRequestAttributes() instanceof ServletRequestAttributes request
                && request.getResponse() != null) {
            var closed = new QuotaUse.Closed(of.quota().amount(), of.quota().namespace(), wait);
            request.getResponse().setHeader(QuotaUse.CLOSED, closed.toString());
        }
    }

    private void takeRunning(Of of, int count) {
        var counted = running.get(of, o -> new Running(count(o.tenant(), o.quota().namespace())));
        if (!counted.take(count, of.quota().amount())) {
            throw refused(of, "executions at the same time", Duration.ofSeconds(2));
        }
    }

    private void requireLess(Of of, String what, Duration wait) {
        long used =
                uses.get(
                        of,
                        o ->
                                count(
                                        o.tenant(),
                                        new Question(o.quota().kind(), o.quota().namespace())));
        if (used >= of.quota().amount()) {
            throw refused(of, what, wait);
        }
    }

    private Duration untilTomorrow() {
        var now = clock.instant().atOffset(ZoneOffset.UTC);
        return Duration.between(
                now, now.toLocalDate().plusDays(1).atStartOfDay().atOffset(ZoneOffset.UTC));
    }

    private static ServiceException refused(Of of, String what, Duration wait) {
        return QuotaUse.refused(of.quota(), of.tenant(), what, wait);
    }

    /// How much is used of what this service counts.
    long count(String tenant, Question question) {
        return switch (question.kind()) {
            case RUNNING_EXECUTIONS -> count(tenant, question.namespace());
            case QUEUED_TASKS -> queued(tenant, question.namespace());
            case LOG_BYTES -> logged(tenant, question.namespace());
            case STARTS_PER_MINUTE, STORAGE_BYTES, SCHEDULES -> 0;
        };
    }

    /// Task runs that were sent to workers and aren't known to have started.
    private long queued(String tenant, String namespace) {
        return reads.jdbc()
                .sql(
                        """
                        select count(*) from executions e join task_runs r on r.execution_id = e.id
                         where e.ended_at is null and e.tenant = :tenant
                           and (:namespace = '' or e.namespace = :namespace
                                or starts_with(e.namespace, :namespace || '.'))
                           and r.phase in ('RENDERING', 'RUNNING') and r.worker_id is null
                        """)
                .param("tenant", tenant)
                .param("namespace", namespace)
                .query(Long.class)
                .single();
    }

    private long logged(String tenant, String namespace) {
        return reads.jdbc()
                .sql(
                        """
                        select coalesce(sum(bytes), 0) from log_usage
                         where tenant = :tenant and day = :day
                           and (:namespace = '' or namespace = :namespace
                                or starts_with(namespace, :namespace || '.'))
                        """)
                .param("tenant", tenant)
                .param("day", LocalDate.now(clock.withZone(ZoneOffset.UTC)))
                .param("namespace", namespace)
                .query(Long.class)
                .single();
    }

    /// Executions that haven't ended.
    private long count(String tenant, String namespace) {
        return reads.jdbc()
                .sql(
                        """
                        select count(*) from executions
                         where ended_at is null and tenant = :tenant
                           and (:namespace = '' or namespace = :namespace
                                or starts_with(namespace, :namespace || '.'))
                        """)
                .param("tenant", tenant)
                .param("namespace", namespace)
                .query(Long.class)
                .single();
    }

    private static final class Running {
        private long count;

        Running(long count) {
            this.count = count;
        }

        synchronized boolean take(int more, long most) {
            if (count + more > most) {
                return false;
            }
            count += more;
            return true;
        }
    }

    /// A token bucket that holds a minute's worth.
    static final class Bucket {
        private final long perMinute;
        private double left;
        private Instant at;

        Bucket(long perMinute, Instant now) {
            this.perMinute = perMinute;
            this.left = perMinute;
            this.at = now;
        }

        /// @return zero if they were taken, else how long to wait for them
        synchronized Duration take(int count, Instant now) {
            double passed = (double) Math.max(0, Duration.between(at, now).toMillis());
            left = Math.min((double) perMinute, left + passed * perMinute / MINUTE.toMillis());
            at = now;
            if (left >= count) {
                left -= count;
                return Duration.ZERO;
            }
            long millis =
                    (long) Math.ceil((count - left) * MINUTE.toMillis() / Math.max(1, perMinute));
            return Duration.ofMillis(Math.max(1, millis));
        }
    }
}
