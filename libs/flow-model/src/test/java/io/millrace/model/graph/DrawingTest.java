// SPDX-License-Identifier: Apache-2.0
package io.millrace.model.graph;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.millrace.model.graph.FlowGraph.BranchType;
import io.millrace.model.graph.FlowGraph.RelationType;
import io.millrace.model.yaml.ExpressionCheck;
import io.millrace.model.yaml.FlowParser;
import io.millrace.model.yaml.ParsedFlow;
import io.millrace.model.yaml.ParserLimits;
import io.millrace.model.yaml.TypeCatalog;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class DrawingTest {
    private static final FlowParser PARSER =
            new FlowParser(TypeCatalog.core(), ExpressionCheck.NONE, ParserLimits.DEFAULT);
    private static final String LOG = "io.kestra.plugin.core.log.Log";

    private static Drawing.Source source(String yaml) {
        return switch (PARSER.parse("id: f\nnamespace: company.team\n" + yaml)) {
            case ParsedFlow.Valid(var flow, var document, _) -> new Drawing.Source(flow, document);
            case ParsedFlow.Invalid(var problems) -> throw new AssertionError(problems);
        };
    }

    private static FlowGraph draw(String yaml, String... expanded) {
        return Drawing.of(
                source(yaml),
                Set.of(expanded),
                (call, _) -> source("tasks: [{id: inner, type: " + LOG + ", message: m}]"));
    }

    private static String task(String id) {
        return "{id: %s, type: %s, message: m}".formatted(id, LOG);
    }

    private static List<String> edges(FlowGraph graph) {
        return graph.edges().stream()
                .map(e ->
                        e.source().replace("root.", "")
                                + " "
                                + (e.relation().relationType() == null
                                        ? "-"
                                        : e.relation().relationType())
                                + (e.relation().value() == null ? "" : "=" + e.relation().value())
                                + " "
                                + e.target().replace("root.", ""))
                .toList();
    }

    @Test
    void tasksFollowEachOther() {
        var graph = draw("tasks: [%s, %s]".formatted(task("a"), task("b")));

        assertThat(edges(graph)).containsExactly("__start - a", "a SEQUENTIAL b", "b - __end");
        assertThat(graph.clusters()).isEmpty();
        assertThat(graph.nodes())
                .filteredOn(node -> node.uid().equals("root.a"))
                .singleElement()
                .satisfies(node -> {
                    assertThat(node.type())
                            .isEqualTo("io.kestra.core.models.hierarchies.GraphTask");
                    assertThat(node.task()).containsEntry("message", "m");
                });
    }

    @Test
    void parallelTasksLieBesideEachOtherInACluster() {
        var graph =
                draw(
                        "tasks: [{id: p, type: io.kestra.plugin.core.flow.Parallel, tasks: [%s, %s]}]"
                                .formatted(task("a"), task("b")));

        assertThat(edges(graph))
                .contains(
                        "p.__start - p",
                        "p PARALLEL p.a",
                        "p PARALLEL p.b",
                        "p.a - p.__end",
                        "p.b - p.__end");
        assertThat(graph.clusters())
                .singleElement()
                .satisfies(cluster -> {
                    assertThat(cluster.cluster().uid()).isEqualTo("cluster_root.p");
                    assertThat(cluster.nodes())
                            .containsExactly(
                                    "root.p.__start",
                                    "root.p.__end",
                                    "root.p",
                                    "root.p.a",
                                    "root.p.b");
                    assertThat(cluster.parents()).isEmpty();
                    assertThat(cluster.start()).isEqualTo("root.p.__start");
                });
        assertThat(graph.flowables()).containsExactly("root.p");
    }

    @Test
    void branchesBearTheirValue() {
        var graph =
                draw(
                        """
                        tasks:
                          - id: s
                            type: io.kestra.plugin.core.flow.Switch
                            value: "{{ inputs.x }}"
                            cases:
                              one: [%s]
                              two: [%s, %s]
                            defaults: [%s]
                        """
                                .formatted(task("a"), task("b"), task("c"), task("d")));

        assertThat(edges(graph))
                .contains(
                        "s CHOICE=one s.a",
                        "s CHOICE=two s.b",
                        "s.b SEQUENTIAL s.c",
                        "s CHOICE=defaults s.d",
                        "s.c - s.__end");
    }

    @Test
    void anApprovalHasABranchForEachDecision() {
        var graph =
                draw(
                        """
                        tasks:
                          - id: ask
                            type: io.kestra.plugin.core.flow.Approval
                            onWait: [%s]
                            onApprove: [%s, %s]
                            onDeny: [%s]
                            finally: [%s]
                        """
                                .formatted(task("w"), task("a"), task("b"), task("d"), task("f")));

        assertThat(edges(graph))
                .contains(
                        "ask CHOICE=wait ask.w",
                        "ask CHOICE=approve ask.a",
                        "ask.a SEQUENTIAL ask.b",
                        "ask CHOICE=deny ask.d",
                        "ask.b FINALLY ask.f",
                        "ask.d FINALLY ask.f");
    }

    @Test
    void errorsAndFinallyAreBranches() {
        var graph =
                draw(
                        "tasks: [%s]\nerrors: [%s]\nfinally: [%s]\nafterExecution: [%s]"
                                .formatted(task("a"), task("e"), task("f"), task("z")));

        assertThat(edges(graph))
                .containsExactlyInAnyOrder(
                        "__start - a",
                        "__start ERROR e",
                        "a FINALLY f",
                        "e FINALLY f",
                        "f AFTER_EXECUTION z",
                        "z - __end");
        assertThat(graph.nodes())
                .filteredOn(node -> node.branchType() != null)
                .extracting(FlowGraph.Node::branchType)
                .containsExactly(BranchType.ERROR, BranchType.FINALLY, BranchType.AFTER_EXECUTION);
    }

    @Test
    void tasksOfADagFollowWhatTheyDependOn() {
        var graph =
                draw(
                        """
                        tasks:
                          - id: d
                            type: io.kestra.plugin.core.flow.Dag
                            tasks:
                              - task: %s
                              - task: {id: p, type: io.kestra.plugin.core.flow.Sequential, tasks: [%s]}
                                dependsOn: [a]
                              - task: %s
                                dependsOn: [a, p]
                        """
                                .formatted(task("a"), task("b"), task("c")));

        assertThat(edges(graph))
                .contains(
                        "d PARALLEL d.a",
                        "d.a PARALLEL d.p.__start",
                        "d.a PARALLEL d.c",
                        "d.p.__end PARALLEL d.c",
                        "d.c - d.__end")
                .doesNotContain("d.a - d.__end");
    }

    @Test
    void triggersLieBeforeTheStart() {
        var graph =
                draw(
                        """
                        tasks: [%s]
                        triggers:
                          - id: hourly
                            type: io.kestra.plugin.core.trigger.Schedule
                            cron: "@hourly"
                        """
                                .formatted(task("a")));

        assertThat(edges(graph)).contains("Triggers.__start - Triggers.hourly");
        assertThat(edges(graph)).contains("Triggers.__end - __start");
        assertThat(graph.nodes())
                .filteredOn(node -> node.uid().equals("root.Triggers.hourly"))
                .singleElement()
                .satisfies(node ->
                        assertThat(node.triggerDeclaration()).containsEntry("cron", "@hourly"));
    }

    @Test
    void aSubflowIsDrawnWhereItIsAskedFor() {
        var yaml =
                "tasks: [{id: sub, type: io.kestra.plugin.core.flow.Subflow, namespace: n, flowId: g}]";

        var closed = draw(yaml);
        var open = draw(yaml, "root.sub");

        assertThat(closed.nodes())
                .extracting(FlowGraph.Node::type)
                .contains("io.kestra.core.models.hierarchies.SubflowGraphTask");
        assertThat(edges(open))
                .contains("sub.__start - sub", "sub SEQUENTIAL sub.inner", "sub.inner - sub.__end");
        assertThat(open.clusters())
                .extracting(cluster -> cluster.cluster().type())
                .containsExactly("io.kestra.core.models.hierarchies.SubflowGraphCluster");
    }

    @Test
    void aMissingSubflowIsNamedByWhoeverFindsIt() {
        assertThatIllegalArgumentException()
                .isThrownBy(() ->
                        Drawing.of(
                                source(
                                        "tasks: [{id: s, type: io.kestra.plugin.core.flow.Subflow,"
                                                + " namespace: n, flowId: g}]"),
                                Set.of("root.s"),
                                (call, task) -> {
                                    throw new IllegalArgumentException(call.flowId() + task);
                                }))
                .withMessage("gs");
    }

    @Test
    void everyEdgeLeadsFromANodeToANodeAndEveryNodeToTheEnd() {
        var graph =
                draw(
                        """
                        tasks:
                          - id: each
                            type: io.kestra.plugin.core.flow.ForEach
                            values: [1]
                            tasks:
                              - id: if
                                type: io.kestra.plugin.core.flow.If
                                condition: "true"
                                then: [%s]
                                errors: [%s]
                              - id: wait
                                type: io.kestra.plugin.core.flow.Pause
                                delay: PT1S
                        finally: [%s]
                        """
                                .formatted(task("a"), task("e"), task("f")));

        var nodes = new HashSet<String>();
        graph.nodes().forEach(node -> nodes.add(node.uid()));
        var leaving = new HashSet<String>();
        graph.edges()
                .forEach(edge -> {
                    assertThat(nodes).contains(edge.source(), edge.target());
                    leaving.add(edge.source());
                });
        assertThat(nodes).hasSize(graph.nodes().size());
        nodes.remove("root.__end");
        assertThat(leaving).containsAll(nodes);
        assertThat(graph.edges())
                .extracting(edge -> edge.relation().relationType())
                .contains(RelationType.DYNAMIC);
    }
}
