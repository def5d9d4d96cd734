// SPDX-License-Identifier: Apache-2.0
package io.millrace.gateway.audit;

import io.millrace.contracts.AuditBatch;
import io.millrace.contracts.AuditEvent;
import io.millrace.contracts.Codec;
import io.millrace.platform.broker.BatchWorker;
import io.millrace.platform.broker.Broker;
import io.millrace.platform.broker.Delivery;
import io.millrace.platform.tenancy.TenantScope;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Objects;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.springframework.context.SmartLifecycle;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.TransactionDefinition;
import org.springframework.transaction.support.TransactionOperations;
import org.springframework.transaction.support.TransactionTemplate;
import tools.jackson.core.JacksonException;

/// The audit log of the installation. Each entry bears the hash of itself and of the one before, so
/// that an entry can't be changed or taken away without all later ones showing it.
@Component
class AuditStore implements SmartLifecycle {
    private static final String NOTHING_BEFORE = "0".repeat(64);
    private static final int BATCH = 200;
    private static final int MOST_COUNTED = 100_000;

    /// Nobody waits for an entry, and a transaction for each would cost more than what it records.
    private static final Duration LINGER = Duration.ofMillis(50);

    private final JdbcClient jdbc;
    private final TransactionOperations transactions;
    private final TransactionOperations snapshots;
    private final Broker broker;
    private @Nullable BatchWorker worker;

    AuditStore(JdbcClient jdbc, PlatformTransactionManager transactionManager, Broker broker) {
        this.jdbc = jdbc;
        this.transactions = new TransactionTemplate(transactionManager);
        var reading = new TransactionTemplate(transactionManager);
        reading.setReadOnly(true);
        reading.setIsolationLevel(TransactionDefinition.ISOLATION_REPEATABLE_READ);
        this.snapshots = reading;
        this.broker = broker;
    }

    /// @param sequence 1, 2, 3… over all tenants
    /// @param event as it came
    record Entry(long sequence, AuditEvent event, String hash) {}

    @Override
    public void start() {
        worker =
                new BatchWorker(
                        broker,
                        broker.topology().auditStoreQueue(),
                        BATCH,
                        LINGER,
                        deliveries -> TenantScope.runAcross(() -> storeDeliveries(deliveries)));
    }

    @Override
    public void stop() {
        var current = worker;
        if (current != null) {
            current.close();
            worker = null;
        }
    }

    @Override
    public boolean isRunning() {
        return worker != null;
    }

    private void storeDeliveries(List<Delivery> deliveries) {
        store(deliveries.stream().flatMap(d -> d.as(AuditBatch.class).events().stream()).toList());
    }

    /// Appends events; those that are there already are left out.
    void store(List<AuditEvent> events) {
        transactions.executeWithoutResult(_ -> {
            // one appender at a time in the whole installation: the chain has one end
            var end =
                    jdbc.sql("select sequence, hash from audit_end for update")
                            .query((row, _) ->
                                    new End(row.getLong("sequence"), row.getString("hash")))
                            .single();
            var sequence = end.sequence();
            var hash = end.hash();
            var entries = new ArrayList<Entry>();
            for (var event : fresh(events)) {
                sequence++;
                hash = hash(hash, sequence, event);
                entries.add(new Entry(sequence, event, hash));
            }
            insert(entries);
            if (sequence != end.sequence()) {
                jdbc.sql("update audit_end set sequence = ?, hash = ?")
                        .params(sequence, hash)
                        .update();
            }
        });
    }

    private record End(long sequence, String hash) {}

    private List<AuditEvent> fresh(List<AuditEvent> events) {
        var known =
                new HashSet<>(
                        jdbc.sql("select id from audit_entry where id = any(?)")
                                .param(events.stream().map(AuditEvent::id).toArray(String[]::new))
                                .query(String.class)
                                .list());
        var fresh = new ArrayList<AuditEvent>();
        for (var event : events) {
            if (known.add(event.id())) {
                fresh.add(storable(event));
            }
        }
        return fresh;
    }

    /// A database stores no U+0000. Somebody who names a resource so must not keep what is stored
    /// with it out of the log.
    private static AuditEvent storable(AuditEvent event) {
        return new AuditEvent(
                event.id(),
                event.at(),
                text(event.tenant()),
                text(event.subject()),
                event.tokenId(),
                event.address(),
                text(event.action()),
                text(event.resource()),
                text(event.outcome()),
                event.details());
    }

    private static String text(String given) {
        return given.replace('\0', '\uFFFD');
    }

    /// All in one round trip: the row of the chain's end is held meanwhile.
    private void insert(List<Entry> entries) {
        if (entries.isEmpty()) {
            return;
        }
        jdbc.sql(
                        """
                        insert into audit_entry
                               (sequence, id, at, tenant, subject, action, resource, outcome,
                                event, hash)
                        select * from unnest(:sequences::bigint[], :ids::text[],
                               :ats::timestamptz[], :tenants::text[], :subjects::text[],
                               :actions::text[], :resources::text[], :outcomes::text[],
                               :events::text[], :hashes::text[])
                        """)
                .param("sequences", entries.stream().map(Entry::sequence).toArray(Long[]::new))
                .param("ids", texts(entries, e -> e.event().id()))
                .param(
                        "ats",
                        texts(
                                entries,
                                e -> e.event().at().truncatedTo(ChronoUnit.MICROS).toString()))
                .param("tenants", texts(entries, e -> e.event().tenant()))
                .param("subjects", texts(entries, e -> e.event().subject()))
                .param("actions", texts(entries, e -> e.event().action()))
                .param("resources", texts(entries, e -> e.event().resource()))
                .param("outcomes", texts(entries, e -> e.event().outcome()))
                .param("events", texts(entries, e -> json(e.event())))
                .param("hashes", texts(entries, Entry::hash))
                .update();
    }

    private static String[] texts(List<Entry> entries, Function<Entry, String> text) {
        return entries.stream().map(text).toArray(String[]::new);
    }

    /// What is hashed is the text that is stored.
    private static String json(AuditEvent event) {
        return new String(Codec.encode(event), StandardCharsets.UTF_8);
    }

    private static String hash(String before, long sequence, AuditEvent event) {
        return hash(before, sequence, json(event));
    }

    private static String hash(String before, long sequence, String json) {
        try {
            var digest = MessageDigest.getInstance("SHA-256");
            digest.update((before + ":" + sequence + ":").getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(digest.digest(json.getBytes(StandardCharsets.UTF_8)));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("Expected SHA-256 in every JDK", e);
        }
    }

    /// What a look at the whole chain has found.
    ///
    /// @param entries so many fit
    /// @param hash of the last of those
    /// @param firstBroken the number of the first that doesn't fit, or absent
    record Verification(long entries, String hash, @Nullable Long firstBroken) {}

    /// An entry whose hash somebody has noted before.
    record Anchor(long sequence, String hash) {}

    /// Looks at every entry: at its hash, and whether what it is searched by is what was hashed.
    /// Whoever can write all of the database can forge all of the chain; not so that it still fits
    /// an anchor that he can't reach.
    Verification verify(@Nullable Anchor anchor) {
        // one snapshot: what is appended meanwhile is seen whole or not at all
        return Objects.requireNonNull(
                TenantScope.across(() -> snapshots.execute(_ -> inSnapshot(anchor))));
    }

    private Verification inSnapshot(@Nullable Anchor anchor) {
        var before = NOTHING_BEFORE;
        long fit = 0;
        try (var rows =
                jdbc
                        .sql(
                                """
                                select sequence, id, at, tenant, subject, action, resource,
                                       outcome, event, hash
                                  from audit_entry order by sequence
                                """)
                        .withFetchSize(1000)
                        .query(AuditStore::stored)
                        .stream()) {
            for (var stored : (Iterable<Stored>) rows::iterator) {
                boolean fits =
                        stored.sequence() == fit + 1
                                && hash(before, fit + 1, stored.event()).equals(stored.hash())
                                && stored.isSearchedAsHashed()
                                && (anchor == null
                                        || anchor.sequence() != stored.sequence()
                                        || anchor.hash().equals(stored.hash()));
                if (!fits) {
                    return new Verification(fit, before, fit + 1);
                }
                fit++;
                before = stored.hash();
            }
        }
        var end =
                jdbc.sql("select sequence, hash from audit_end")
                        .query((row, _) -> new End(row.getLong("sequence"), row.getString("hash")))
                        .single();
        boolean whole =
                end.sequence() == fit
                        && end.hash().equals(before)
                        && (anchor == null || anchor.sequence() <= fit);
        return new Verification(fit, before, whole ? null : fit + 1);
    }

    private static Stored stored(ResultSet row, int number) throws SQLException {
        return new Stored(
                row.getLong("sequence"),
                row.getString("id"),
                row.getTimestamp("at").toInstant(),
                row.getString("tenant"),
                row.getString("subject"),
                row.getString("action"),
                row.getString("resource"),
                row.getString("outcome"),
                row.getString("event"),
                row.getString("hash"));
    }

    private record Stored(
            long sequence,
            String id,
            Instant at,
            String tenant,
            String subject,
            String action,
            String resource,
            String outcome,
            String event,
            String hash) {

        boolean isSearchedAsHashed() {
            try {
                var hashed = Codec.decode(event.getBytes(StandardCharsets.UTF_8), AuditEvent.class);
                return id.equals(hashed.id())
                        && at.equals(hashed.at().truncatedTo(ChronoUnit.MICROS))
                        && tenant.equals(hashed.tenant())
                        && subject.equals(hashed.subject())
                        && action.equals(hashed.action())
                        && resource.equals(hashed.resource())
                        && outcome.equals(hashed.outcome());
            } catch (JacksonException _) {
                return false;
            }
        }
    }

    /// What to look for; absent parts match everything.
    ///
    /// @param action or the beginning of it
    /// @param resource or the beginning of it
    record Search(
            String tenant,
            @Nullable String subject,
            @Nullable String action,
            @Nullable String resource,
            @Nullable String outcome,
            @Nullable Instant from,
            @Nullable Instant to) {}

    private static final String MATCHING =
            """
              from audit_entry
             where tenant = :tenant
               and (cast(:subject as text) is null or subject = :subject)
               and (cast(:action as text) is null or starts_with(action, :action))
               and (cast(:resource as text) is null or starts_with(resource, :resource))
               and (cast(:outcome as text) is null or outcome = :outcome)
               and (cast(:from as timestamptz) is null or at >= :from)
               and (cast(:to as timestamptz) is null or at < :to)
            """;

    private JdbcClient.StatementSpec matching(String before, String after, Search search) {
        return jdbc.sql(before + MATCHING + after)
                .param("tenant", search.tenant())
                .param("subject", search.subject())
                .param("action", search.action())
                .param("resource", search.resource())
                .param("outcome", search.outcome())
                .param("from", time(search.from()))
                .param("to", time(search.to()));
    }

    private static @Nullable OffsetDateTime time(@Nullable Instant instant) {
        return instant == null ? null : OffsetDateTime.ofInstant(instant, ZoneOffset.UTC);
    }

    /// Newest first.
    ///
    /// @param before only entries with a lower number
    /// @param offset how many of those are passed over
    List<Entry> search(Search search, long before, long offset, int limit) {
        return matching(
                        "select sequence, event, hash",
                        " and sequence < :before order by sequence desc limit :limit offset :offset",
                        search)
                .param("before", before)
                .param("offset", offset)
                .param("limit", limit)
                .query(AuditStore::entry)
                .list();
    }

    /// Oldest first, after a number.
    List<Entry> export(Search search, long after, int limit) {
        return matching(
                        "select sequence, event, hash",
                        " and sequence > :after order by sequence limit :limit",
                        search)
                .param("after", after)
                .param("limit", limit)
                .query(AuditStore::entry)
                .list();
    }

    /// How many there are, counted up to a bound: where there are more, nobody needs to know.
    long count(Search search) {
        return matching(
                        "select count(*) from (select 1",
                        " limit " + MOST_COUNTED + ") as found",
                        search)
                .query(Long.class)
                .single();
    }

    private static Entry entry(ResultSet row, int number) throws SQLException {
        return new Entry(
                row.getLong("sequence"),
                Codec.decode(
                        row.getString("event").getBytes(StandardCharsets.UTF_8), AuditEvent.class),
                row.getString("hash"));
    }
}
