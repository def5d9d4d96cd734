// SPDX-License-Identifier: Apache-2.0
package io.millrace.flow.templates;

import io.millrace.contracts.FlowFreshness;
import io.millrace.flow.flows.Flows;
import io.millrace.model.yaml.FlowParser;
import io.millrace.model.yaml.ParsedTemplate;
import io.millrace.platform.access.Access;
import io.millrace.platform.access.Caller;
import io.millrace.platform.access.Permission;
import io.millrace.platform.problem.ServiceException;
import io.millrace.platform.web.CursorResults;
import io.millrace.platform.web.CursorResults.Place;
import io.millrace.platform.web.NamedRows;
import io.millrace.platform.web.Paging;
import java.time.Clock;
import java.time.temporal.ChronoUnit;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Service;

/// Templates of the caller's tenant. Who may read, write or delete a flow may do so with templates
/// of its namespace. A change is acknowledged when no flow is run by what was before it.
@Service
class Templates {
    private static final Map<String, String> SORTABLE =
            Map.of("id", "id", "namespace", "namespace");

    private final JdbcClient jdbc;
    private final FlowParser parser;
    private final Access access;
    private final Clock clock;

    Templates(JdbcClient jdbc, FlowParser parser, Access access, Clock clock) {
        this.jdbc = jdbc;
        this.parser = parser;
        this.access = access;
        this.clock = clock;
    }

    /// @throws ServiceException.Invalid if there is one already, or something is wrong with it
    ParsedTemplate create(String source) {
        var template = parsed(source);
        access.require(Permission.FLOW_CREATE, template.namespace());
        int created =
                written(
                        """
                        insert into template values
                          (:tenant, :namespace, :id, :source, :at, :by) on conflict do nothing
                        """,
                        template,
                        source);
        if (created == 0) {
            throw new ServiceException.Invalid("id", "Template id already exists");
        }
        settle();
        return template;
    }

    ParsedTemplate update(String namespace, String id, String source) {
        access.require(Permission.FLOW_UPDATE, namespace);
        var template = parsed(source);
        if (!template.namespace().equals(namespace) || !template.id().equals(id)) {
            throw new ServiceException.Invalid(
                    "id",
                    "Expected template %s.%s but the source is of %s.%s"
                            .formatted(namespace, id, template.namespace(), template.id()));
        }
        int updated =
                written(
                        """
                        update template set source = :source, updated_at = :at, updated_by = :by
                         where tenant = :tenant and namespace = :namespace and id = :id
                        """,
                        template,
                        source);
        if (updated == 0) {
            throw notFound(namespace, id);
        }
        settle();
        return template;
    }

    ParsedTemplate get(String namespace, String id) {
        access.require(Permission.FLOW_READ, namespace, "template " + namespace + "." + id);
        return source(Caller.current().tenant(), namespace, id)
                .map(parser::parseTemplate)
                .orElseThrow(() -> notFound(namespace, id));
    }

    void delete(String namespace, String id) {
        access.require(Permission.FLOW_DELETE, namespace);
        int deleted =
                jdbc.sql(
                                """
                                delete from template
                                 where tenant = :tenant and namespace = :namespace and id = :id
                                """)
                        .param("tenant", Caller.current().tenant())
                        .param("namespace", namespace)
                        .param("id", id)
                        .update();
        if (deleted == 0) {
            throw notFound(namespace, id);
        }
        settle();
    }

    /// @param q part of the id, or absent
    /// @param namespace with those below it; all that the caller may read if absent
    /// @param cursor of the page before; in its place the page's number, if absent
    CursorResults<ParsedTemplate> search(
            @Nullable String q,
            @Nullable String namespace,
            Paging paging,
            @Nullable String cursor) {
        var where =
                """
                  from template
                 where tenant = :tenant and namespace || '.' like any (:scope)
                   and (:namespace::text is null or namespace = :namespace
                        or starts_with(namespace, :namespace || '.'))
                   and (:q::text is null or strpos(lower(id), lower(:q)) > 0)
                """;
        var parameters = new HashMap<String, @Nullable Object>();
        parameters.put("tenant", Caller.current().tenant());
        parameters.put("scope", access.scope(Permission.FLOW_READ).likePatterns());
        parameters.put("namespace", namespace);
        parameters.put("q", q);
        return new NamedRows("source", where, List.of("namespace", "id"), parameters)
                .sorted(
                        jdbc,
                        paging,
                        SORTABLE,
                        cursor,
                        (rs, _) -> parser.parseTemplate(rs.getString(1)),
                        template -> Place.of(template.namespace(), template.id()));
    }

    /// For the service that runs flows.
    Optional<String> source(String tenant, String namespace, String id) {
        return jdbc.sql(
                        """
                        select source from template
                         where tenant = :tenant and namespace = :namespace and id = :id
                        """)
                .param("tenant", tenant)
                .param("namespace", namespace)
                .param("id", id)
                .query(String.class)
                .optional();
    }

    private ParsedTemplate parsed(String source) {
        var template = parser.parseTemplate(source);
        if (!template.problems().isEmpty()) {
            throw Flows.invalid(template.problems());
        }
        return template;
    }

    private int written(String sql, ParsedTemplate template, String source) {
        return jdbc.sql(sql)
                .param("tenant", Caller.current().tenant())
                .param("namespace", template.namespace())
                .param("id", template.id())
                .param("source", source)
                .param(
                        "at",
                        java.sql.Timestamp.from(clock.instant().truncatedTo(ChronoUnit.MICROS)))
                .param("by", Caller.current().subject())
                .update();
    }

    private static void settle() {
        try {
            Thread.sleep(FlowFreshness.TEMPLATES_SETTLED);
        } catch (InterruptedException _) {
            // the change is committed; only its acknowledgement would come too soon
            Thread.currentThread().interrupt();
            throw new ServiceException.Unavailable("The service is stopping. Try again");
        }
    }

    private static ServiceException.NotFound notFound(String namespace, String id) {
        return new ServiceException.NotFound("Not Found: template " + namespace + "." + id);
    }
}
