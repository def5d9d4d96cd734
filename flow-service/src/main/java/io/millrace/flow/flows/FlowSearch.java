// SPDX-License-Identifier: Apache-2.0
package io.millrace.flow.flows;

import io.millrace.contracts.Codec;
import io.millrace.model.graph.FlowLinks;
import io.millrace.platform.access.Access;
import io.millrace.platform.access.Caller;
import io.millrace.platform.access.Permission;
import io.millrace.platform.web.CursorResults;
import io.millrace.platform.web.CursorResults.Place;
import io.millrace.platform.web.Paging;
import java.nio.charset.StandardCharsets;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.RowCallbackHandler;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Service;

/// Lists of flows that the caller may see.
@Service
public class FlowSearch {
    private static final Map<String, String> SORTABLE =
            Map.of(
                    "id", "f.id",
                    "namespace", "f.namespace",
                    "revision", "f.revision",
                    "updated", "f.updated_at");
    private static final String BY_NAME = "f.namespace, f.id";
    private static final int MAX_FRAGMENTS = 10;
    private static final FlowFilter ALL =
            new FlowFilter(null, null, null, null, Map.of(), List.of());

    private final JdbcClient jdbc;
    private final Access access;

    FlowSearch(JdbcClient jdbc, Access access) {
        this.jdbc = jdbc;
        this.access = access;
    }

    /// A flow whose source has the text, and the lines that have it.
    record Found(FlowRevision flow, List<String> fragments) {}

    /// @param cursor of the page before; in its place the page's number, if absent
    CursorResults<FlowRevision> search(FlowFilter filter, Paging paging, @Nullable String cursor) {
        return page(conditions(filter), paging, cursor);
    }

    /// @param cursor of the page before; in its place the page's number, if absent
    CursorResults<Found> searchSources(
            String text, @Nullable String namespace, Paging paging, @Nullable String cursor) {
        var query = conditions(new FlowFilter(null, namespace, null, null, Map.of(), List.of()));
        query.and("r.source ilike :source", "source", "%" + escaped(text) + "%");
        query.readsSources = true;
        var page = page(query, paging, cursor);
        return new CursorResults<>(
                page.results().stream().map(f -> new Found(f, fragments(f, text))).toList(),
                page.total(),
                page.nextCursor());
    }

    /// All flows of one namespace, without those below it.
    public List<FlowRevision> inNamespace(String namespace) {
        access.require(Permission.FLOW_READ, namespace);
        var query = conditions(new FlowFilter(null, null, namespace, null, Map.of(), List.of()));
        return jdbc.sql(select(query) + " order by " + BY_NAME)
                .params(query.parameters)
                .query(FlowSearch::revision)
                .list();
    }

    /// What flows say of others, in the order of their names.
    ///
    /// @param namespace it, or one below it; absent: all
    public List<Linked> links(@Nullable String namespace) {
        var query = conditions(new FlowFilter(null, namespace, null, null, Map.of(), List.of()));
        return jdbc.sql(
                        """
                        select f.namespace, f.id, f.revision, r.links,
                               case when r.links is null then r.source end as source
                          from flow f %s where %s order by %s
                        """
                                .formatted(join(), query.where(), BY_NAME))
                .params(query.parameters)
                .query((row, _) -> linked(row))
                .list();
    }

    public record Linked(String namespace, String id, int revision, FlowLinks links) {}

    private static Linked linked(ResultSet row) throws SQLException {
        var links = row.getString("links");
        return new Linked(
                row.getString("namespace"),
                row.getString("id"),
                row.getInt("revision"),
                links == null ? KeptLinks.read(row.getString("source")) : KeptLinks.of(links));
    }

    /// Hands over all flows, one by one, in the order of their names.
    ///
    /// @param namespace it, or one below it; absent: all
    public void all(@Nullable String namespace, Consumer<FlowRevision> consumer) {
        var query = conditions(new FlowFilter(null, namespace, null, null, Map.of(), List.of()));
        jdbc.sql(select(query) + " order by " + BY_NAME)
                .params(query.parameters)
                .query((RowCallbackHandler) row -> consumer.accept(revision(row, 0)));
    }

    /// @param triggers of these flows
    record Count(long flows, long triggers) {}

    /// How many flows there are.
    ///
    /// @param namespace it, or one below it; absent: all
    Count count(@Nullable String namespace) {
        var query = conditions(new FlowFilter(null, namespace, null, null, Map.of(), List.of()));
        var kept =
                jdbc.sql(
                                """
                                select count(*) as flows,
                                       coalesce(sum(case json_typeof(r.document -> 'triggers')
                                                    when 'array'
                                                    then json_array_length(r.document -> 'triggers')
                                                    end), 0) as triggers
                                  from flow f %s where %s
                                """
                                        .formatted(join(), query.where()))
                        .params(query.parameters)
                        .query(Count.class)
                        .single();
        query.and("r.document is null");
        long others =
                jdbc
                        .sql(select(query))
                        .params(query.parameters)
                        .query(FlowSearch::revision)
                        .list()
                        .stream()
                        .map(FlowDocument::tree)
                        .mapToLong(tree -> tree.get("triggers") instanceof List<?> l ? l.size() : 0)
                        .sum();
        return new Count(kept.flows(), kept.triggers() + others);
    }

    /// Names and newest revisions of all flows, in the order of their names.
    public List<Newest> newest() {
        var query = conditions(ALL);
        return jdbc.sql(
                        "select f.namespace, f.id, f.revision from flow f where "
                                + query.where()
                                + " order by "
                                + BY_NAME)
                .params(query.parameters)
                .query(Newest.class)
                .list();
    }

    public record Newest(String namespace, String id, int revision) {}

    /// Namespaces that have flows, in order.
    public List<String> namespaces(@Nullable String text) {
        var query = conditions(ALL);
        if (text != null && !text.isBlank()) {
            query.and("f.namespace ilike :text", "text", "%" + escaped(text) + "%");
        }
        return jdbc.sql(
                        "select distinct f.namespace from flow f where "
                                + query.where()
                                + " order by 1")
                .params(query.parameters)
                .query(String.class)
                .list();
    }

    /// Namespaces with flows that the caller may run, in order.
    List<String> namespacesToRun() {
        var query = conditions(ALL, Permission.EXECUTION_CREATE);
        return jdbc.sql(
                        "select distinct f.namespace from flow f where "
                                + query.where()
                                + " order by 1")
                .params(query.parameters)
                .query(String.class)
                .list();
    }

    /// The flows of one namespace, for whoever may run them.
    List<FlowRevision> toRun(String namespace) {
        access.require(Permission.EXECUTION_CREATE, namespace);
        var query =
                conditions(
                        new FlowFilter(null, null, namespace, null, Map.of(), List.of()),
                        Permission.EXECUTION_CREATE);
        return jdbc.sql(select(query) + " order by " + BY_NAME)
                .params(query.parameters)
                .query(FlowSearch::revision)
                .list();
    }

    private CursorResults<FlowRevision> page(Query query, Paging paging, @Nullable String cursor) {
        var after = Place.parse(cursor, 2, paging);
        long total =
                jdbc.sql(
                                "select count(*) from flow f "
                                        + (query.readsSources ? join() : "")
                                        + " where "
                                        + query.where())
                        .params(query.parameters)
                        .query(Long.class)
                        .single();
        if (after != null) {
            query.and("(f.namespace, f.id) > (:lastNamespace, :lastId)");
            query.parameters.put("lastNamespace", after.names().get(0));
            query.parameters.put("lastId", after.names().get(1));
        }
        var results =
                jdbc.sql(
                                select(query)
                                        + " order by "
                                        + paging.orderBy(SORTABLE, BY_NAME)
                                        + ", f.namespace, f.id limit :limit offset :offset")
                        .params(query.parameters)
                        .param("limit", paging.size())
                        .param("offset", after == null ? paging.offset() : 0)
                        .query(FlowSearch::revision)
                        .list();
        boolean goesOn = results.size() == paging.size() && paging.sort().isEmpty();
        return new CursorResults<>(results, total, goesOn ? placeOf(results.getLast()) : null);
    }

    private static String placeOf(FlowRevision flow) {
        return Place.of(flow.flow().namespace(), flow.flow().id()).toString();
    }

    private static String select(Query query) {
        return "select r.* from flow f " + join() + " where " + query.where();
    }

    private static String join() {
        return "join flow_revision r using (tenant, namespace, id, revision)";
    }

    private Query conditions(FlowFilter filter) {
        return conditions(filter, Permission.FLOW_READ);
    }

    private Query conditions(FlowFilter filter, Permission permission) {
        var query = new Query();
        query.and("f.tenant = :tenant", "tenant", Caller.current().tenant());
        query.and("not f.deleted");
        var scope = access.scope(permission);
        if (!scope.all()) {
            query.and("f.namespace || '.' like any (:visible)", "visible", scope.likePatterns());
        }
        if (filter.text() != null && !filter.text().strip().equals("*")) {
            query.and(
                    "(f.id ilike :text or f.namespace ilike :text)",
                    "text",
                    "%" + escaped(filter.text()) + "%");
        }
        if (filter.namespace() != null) {
            query.and(
                    "(f.namespace = :namespace or f.namespace like :below)",
                    "namespace",
                    filter.namespace());
            query.parameters.put("below", escaped(filter.namespace()) + ".%");
        }
        if (filter.exactNamespace() != null) {
            query.and("f.namespace = :exact", "exact", filter.exactNamespace());
        }
        if (filter.flowId() != null) {
            query.and("f.id = :flowId", "flowId", filter.flowId());
        }
        if (!filter.labels().isEmpty()) {
            query.and(
                    "f.labels @> :labels::jsonb",
                    "labels",
                    new String(Codec.encode(filter.labels()), StandardCharsets.UTF_8));
        }
        if (!filter.scopes().isEmpty()) {
            boolean system = filter.scopes().contains("SYSTEM");
            boolean user = filter.scopes().contains("USER");
            if (system && !user) {
                query.and("f.namespace = 'system'");
            } else if (user && !system) {
                query.and("f.namespace <> 'system'");
            }
        }
        return query;
    }

    private static String escaped(String text) {
        return text.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_");
    }

    static FlowRevision revision(ResultSet row, int number) throws SQLException {
        return new FlowRevision(
                new FlowId(
                        row.getString("tenant"), row.getString("namespace"), row.getString("id")),
                row.getInt("revision"),
                row.getString("source"),
                row.getString("document"),
                row.getBoolean("deleted"),
                row.getTimestamp("created_at").toInstant(),
                row.getString("created_by"));
    }

    /// Lines with the text, what was found in `[mark]…[/mark]`.
    private static List<String> fragments(FlowRevision flow, String text) {
        var wanted = text.toLowerCase(Locale.ROOT);
        var fragments = new ArrayList<String>();
        for (var line : flow.source().split("\\R")) {
            int at = line.toLowerCase(Locale.ROOT).indexOf(wanted);
            if (at < 0) {
                continue;
            }
            int end = Math.min(line.length(), at + text.length());
            fragments.add(
                    line.substring(0, at)
                            + "[mark]"
                            + line.substring(at, end)
                            + "[/mark]"
                            + line.substring(end));
            if (fragments.size() == MAX_FRAGMENTS) {
                break;
            }
        }
        return fragments;
    }

    private static final class Query {
        private final List<String> conditions = new ArrayList<>();
        private final Map<String, @Nullable Object> parameters = new HashMap<>();
        private boolean readsSources;

        void and(String condition) {
            conditions.add(condition);
        }

        void and(String condition, String name, Object value) {
            conditions.add(condition);
            parameters.put(name, value);
        }

        String where() {
            return String.join(" and ", conditions);
        }
    }
}
