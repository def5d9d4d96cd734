// SPDX-License-Identifier: Apache-2.0
package io.millrace.flow.blueprints;

import static java.util.Objects.requireNonNull;

import io.millrace.flow.flows.FlowProperties;
import io.millrace.flow.flows.Flows;
import io.millrace.model.yaml.BlueprintParser;
import io.millrace.model.yaml.FlowParser;
import io.millrace.model.yaml.ParsedBlueprint;
import io.millrace.model.yaml.ParsedFlow;
import io.millrace.platform.access.Caller;
import io.millrace.platform.audit.AuditTrail;
import io.millrace.platform.problem.ServiceException;
import io.millrace.platform.web.CursorResults;
import io.millrace.platform.web.CursorResults.Place;
import io.millrace.platform.web.EntityTag;
import io.millrace.platform.web.Paging;
import java.nio.charset.StandardCharsets;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.time.Clock;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Service;
import org.springframework.transaction.annotation.Transactional;

/// Blueprints of the caller's tenant. Whether he may see and change them is the route's affair:
/// they belong to the tenant as a whole.
@Service
class Blueprints {
    private static final int MOST = 1_000;
    private static final int MOST_TAGS = 20;
    private static final Map<String, String> SORTABLE =
            Map.of("id", "id", "title", "title", "publishedAt", "published_at");

    private final JdbcClient jdbc;
    private final FlowParser flows;
    private final BlueprintParser parser;
    private final FlowProperties properties;
    private final AuditTrail audit;
    private final Clock clock;
    private final Generator generator = new Generator();

    Blueprints(
            JdbcClient jdbc,
            FlowParser flows,
            FlowProperties properties,
            AuditTrail audit,
            Clock clock) {
        this.jdbc = jdbc;
        this.flows = flows;
        this.parser = new BlueprintParser(properties.parserLimits());
        this.properties = properties;
        this.audit = audit;
        this.clock = clock;
    }

    /// What a blueprint shall be.
    record Draft(
            @Nullable String title,
            @Nullable String description,
            @Nullable List<String> tags,
            @Nullable String source) {}

    /// @throws ServiceException.Invalid if the source is neither a flow nor a template
    @Transactional
    public Blueprint create(Draft draft) {
        if (count() >= MOST) {
            throw new ServiceException.Refused(
                    "Expected at most %d blueprints in a tenant".formatted(MOST));
        }
        var made = checked(UUID.randomUUID().toString(), draft);
        write(
                """
                insert into blueprint
                  (tenant, id, title, description, tags, source, published_at, updated_by)
                values (:tenant, :id, :title, :description, :tags, :source, :at, :by)
                """,
                made,
                "blueprint.create");
        return made;
    }

    /// @param ifMatch the entity tag that it must have, or absent
    @Transactional
    public Blueprint update(String id, Draft draft, @Nullable String ifMatch) {
        var made = checked(id, draft);
        var before = find(id, " for update").orElseThrow(() -> notFound(id));
        EntityTag.require("blueprint " + id, ifMatch, before.tag());
        write(
                """
                update blueprint
                   set title = :title, description = :description, tags = :tags,
                       source = :source, published_at = :at, updated_by = :by
                 where tenant = :tenant and id = :id
                """,
                made,
                "blueprint.update");
        return made;
    }

    @Transactional
    public void delete(String id) {
        int deleted =
                jdbc.sql("delete from blueprint where tenant = :tenant and id = :id")
                        .param("tenant", Caller.current().tenant())
                        .param("id", id)
                        .update();
        changed(deleted, "blueprint.delete", id);
    }

    Blueprint get(String id) {
        return find(id, "").orElseThrow(() -> notFound(id));
    }

    /// What its source extends, if it does.
    ParsedBlueprint.@Nullable Template template(Blueprint blueprint) {
        return parser.parse(blueprint.source()).template();
    }

    /// The source of a flow; that of a blueprint without a template as it is.
    String generate(String id, Map<String, @Nullable Object> arguments) {
        var blueprint = get(id);
        var template = template(blueprint);
        return template == null ? blueprint.source() : generator.generate(template, arguments);
    }

    /// @param text part of the title or the description
    /// @param tags all of them
    /// @param cursor of the page before; in its place the page's number, if absent
    CursorResults<Blueprint> search(
            @Nullable String text, List<String> tags, Paging paging, @Nullable String cursor) {
        var after = Place.parse(cursor, 2, paging);
        var where =
                """
                  from blueprint
                 where tenant = :tenant and tags @> :tags::text[]
                   and (:text::text is null or strpos(lower(title), lower(:text)) > 0
                        or strpos(lower(coalesce(description, '')), lower(:text)) > 0)
                """;
        var tenant = Caller.current().tenant();
        var wanted = tags.toArray(String[]::new);
        var found =
                jdbc.sql(
                                "select * %s %s order by %s, id limit :limit offset :offset"
                                        .formatted(
                                                where,
                                                after == null
                                                        ? ""
                                                        : "and (title, id) > (:lastTitle, :lastId)",
                                                paging.orderBy(SORTABLE, "title")))
                        .param("lastTitle", after == null ? "" : after.names().get(0))
                        .param("lastId", after == null ? "" : after.names().get(1))
                        .param("tenant", tenant)
                        .param("tags", wanted)
                        .param("text", text)
                        .param("limit", paging.size())
                        .param("offset", after == null ? paging.offset() : 0)
                        .query(Blueprints::blueprint)
                        .list();
        long total =
                jdbc.sql("select count(*)" + where)
                        .param("tenant", tenant)
                        .param("tags", wanted)
                        .param("text", text)
                        .query(Long.class)
                        .single();
        return CursorResults.of(found, total, paging, Blueprints::placeOf);
    }

    static Place placeOf(Blueprint blueprint) {
        return Place.of(blueprint.title(), blueprint.id());
    }

    private Blueprint checked(String id, Draft draft) {
        var title = draft.title() == null ? "" : draft.title().strip();
        if (title.isEmpty() || title.length() > 200) {
            throw new ServiceException.Invalid("title", "Expected a title of 1 to 200 characters");
        }
        var tags = draft.tags() == null ? List.<String>of() : draft.tags();
        if (tags.size() > MOST_TAGS || tags.stream().anyMatch(tag -> tag.length() > 100)) {
            throw new ServiceException.Invalid(
                    "tags", "Expected at most 20 tags of at most 100 characters");
        }
        var source = draft.source() == null ? "" : draft.source();
        if (source.getBytes(StandardCharsets.UTF_8).length > properties.maxSourceBytes()) {
            throw new ServiceException.TooLarge(
                    "Expected at most %d bytes of source".formatted(properties.maxSourceBytes()));
        }
        check(source);
        return new Blueprint(
                id,
                title,
                draft.description(),
                tags,
                source,
                clock.instant().truncatedTo(ChronoUnit.MICROS));
    }

    private void check(String source) {
        var extended = parser.parse(source);
        if (!extended.problems().isEmpty()) {
            throw Flows.invalid(extended.problems());
        }
        if (extended.template() == null
                && flows.parse(source) instanceof ParsedFlow.Invalid(var problems)) {
            throw Flows.invalid(problems);
        }
    }

    private void write(String sql, Blueprint made, String action) {
        int written =
                jdbc.sql(sql)
                        .param("tenant", Caller.current().tenant())
                        .param("id", made.id())
                        .param("title", made.title())
                        .param("description", made.description())
                        .param("tags", made.tags().toArray(String[]::new))
                        .param("source", made.source())
                        .param("at", Timestamp.from(requireNonNull(made.publishedAt())))
                        .param("by", Caller.current().subject())
                        .update();
        changed(written, action, made.id());
    }

    private void changed(int rows, String action, String id) {
        if (rows == 0) {
            throw notFound(id);
        }
        var caller = Caller.current();
        audit.changed(caller.tenant(), caller.subject(), action, "blueprint/" + id, Map.of());
    }

    private long count() {
        return jdbc.sql("select count(*) from blueprint where tenant = :tenant")
                .param("tenant", Caller.current().tenant())
                .query(Long.class)
                .single();
    }

    private Optional<Blueprint> find(String id, String locked) {
        return jdbc.sql("select * from blueprint where tenant = :tenant and id = :id" + locked)
                .param("tenant", Caller.current().tenant())
                .param("id", id)
                .query(Blueprints::blueprint)
                .optional();
    }

    private static Blueprint blueprint(ResultSet row, int number) throws SQLException {
        return new Blueprint(
                row.getString("id"),
                row.getString("title"),
                row.getString("description"),
                List.of((String[]) row.getArray("tags").getArray()),
                row.getString("source"),
                row.getTimestamp("published_at").toInstant());
    }

    private static ServiceException.NotFound notFound(String id) {
        return new ServiceException.NotFound("Not Found: blueprint " + id);
    }
}
