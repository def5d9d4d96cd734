// SPDX-License-Identifier: Apache-2.0
package io.millrace.flow.flows;

import io.millrace.model.yaml.FlowParser;
import io.millrace.model.yaml.ParsedFlow;
import io.millrace.platform.tenancy.TenantScope;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.boot.context.event.ApplicationReadyEvent;
import org.springframework.context.event.EventListener;
import org.springframework.dao.DataAccessException;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/// Reads the sources that versions before have stored without their trees or links, beside what is
/// served meanwhile. Several instances may do it at once: all find the same.
@Component
class TreeFill {
    private static final Logger log = LoggerFactory.getLogger(TreeFill.class);
    private static final FlowParser STORED = FlowParser.trusting();
    private static final int AT_ONCE = 100;

    private final JdbcClient jdbc;

    TreeFill(JdbcClient jdbc) {
        this.jdbc = jdbc;
    }

    private record Row(String tenant, String namespace, String id, int revision, String source) {}

    private record Tree(Row row, String json, String links) {}

    @EventListener(ApplicationReadyEvent.class)
    void start() {
        Thread.ofVirtual().name("flow-trees").start(TenantScope.acrossAll(this::fill));
    }

    private void fill() {
        int filled = 0;
        try {
            var rows = after(new Row("", "", "", 0, ""));
            while (!rows.isEmpty()) {
                filled += keep(rows);
                rows = after(rows.getLast());
            }
        } catch (DataAccessException e) {
            log.atWarn().setCause(e).log("Not all sources could be read; the next start goes on");
        }
        if (filled > 0) {
            log.atInfo().addKeyValue("flows", filled).log("The trees of older sources are kept");
        }
    }

    /// Newest revisions without a tree or links, in the order of their keys, after one.
    private List<Row> after(Row last) {
        return jdbc.sql(
                        """
                        select f.tenant, f.namespace, f.id, f.revision, r.source
                          from flow f join flow_revision r using (tenant, namespace, id, revision)
                         where (r.document is null or r.links is null)
                           and (f.tenant, f.namespace, f.id) > (:tenant, :namespace, :id)
                         order by f.tenant, f.namespace, f.id
                         limit :limit
                        """)
                .param("tenant", last.tenant())
                .param("namespace", last.namespace())
                .param("id", last.id())
                .param("limit", AT_ONCE)
                .query(Row.class)
                .list();
    }

    /// What is no longer accepted stays without one.
    private int keep(List<Row> rows) {
        var trees = new ArrayList<Tree>();
        for (var row : rows) {
            if (STORED.parse(row.source()) instanceof ParsedFlow.Valid valid) {
                trees.add(new Tree(row, FlowDocument.json(valid), KeptLinks.json(valid.flow())));
            }
        }
        return jdbc.sql(
                        """
                        update flow_revision r
                           set document = coalesce(r.document, t.document::json),
                               links = coalesce(r.links, t.links::json)
                          from unnest(:tenants::text[], :namespaces::text[], :ids::text[],
                                      :revisions::int[], :documents::text[], :links::text[])
                               as t(tenant, namespace, id, revision, document, links)
                         where r.tenant = t.tenant and r.namespace = t.namespace and r.id = t.id
                           and r.revision = t.revision
                           and (r.document is null or r.links is null)
                        """)
                .param("tenants", column(trees, tree -> tree.row().tenant()))
                .param("namespaces", column(trees, tree -> tree.row().namespace()))
                .param("ids", column(trees, tree -> tree.row().id()))
                .param(
                        "revisions",
                        trees.stream().map(tree -> tree.row().revision()).toArray(Integer[]::new))
                .param("documents", column(trees, Tree::json))
                .param("links", column(trees, Tree::links))
                .update();
    }

    private static String[] column(List<Tree> trees, Function<Tree, String> part) {
        return trees.stream().map(part).toArray(String[]::new);
    }
}
