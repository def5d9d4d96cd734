// SPDX-License-Identifier: Apache-2.0
package io.millrace.flow;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.tuple;

import io.kestra.sdk.KestraClient;
import io.kestra.sdk.api.FlowsApi;
import io.kestra.sdk.api.NamespacesApi;
import io.kestra.sdk.internal.ApiException;
import io.kestra.sdk.model.ApiAutocomplete;
import io.kestra.sdk.model.FlowControllerTaskValidationType;
import io.kestra.sdk.model.FlowRelation;
import io.kestra.sdk.model.IdWithNamespace;
import io.kestra.sdk.model.QueryFilter;
import io.kestra.sdk.model.QueryFilterField;
import io.kestra.sdk.model.QueryFilterOp;
import io.millrace.platform.access.Role;
import java.io.ByteArrayInputStream;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/// Every operation on flows and namespaces that Kestra's published Java client has, called by it.
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class PublishedClientIT {
    private static final String TENANT = "main";
    private static final String LOG = "io.kestra.plugin.core.log.Log";

    private final RunningFlowService service;
    private final FlowsApi flows;
    private final NamespacesApi namespaces;
    private final FlowsApi viewer;
    private String namespace = "";

    PublishedClientIT(@TempDir Path keys) throws Exception {
        service = new RunningFlowService(keys);
        var client = client(Role.EDITOR);
        flows = client.flows();
        namespaces = client.namespaces();
        viewer = client(Role.VIEWER).flows();
    }

    private KestraClient client(Role role) {
        return KestraClient.builder().url(service.url()).tokenAuth(service.token(role, "")).build();
    }

    @AfterAll
    void stop() {
        service.close();
    }

    @BeforeEach
    void freshNamespace() {
        namespace = "company.n" + UUID.randomUUID().toString().substring(0, 8);
    }

    private String flow(String id, String message) {
        return """
        id: %s
        namespace: %s
        tasks:
          - id: hello
            type: %s
            message: %s
        """
                .formatted(id, namespace, LOG, message);
    }

    private String starts(String id, String other) {
        return """
        id: %s
        namespace: %s
        tasks:
          - id: sub
            type: io.kestra.plugin.core.flow.Subflow
            namespace: %s
            flowId: %s
        """
                .formatted(id, namespace, namespace, other);
    }

    private IdWithNamespace named(String id) {
        return new IdWithNamespace().namespace(namespace).id(id);
    }

    private List<QueryFilter> here() {
        return List.of(
                new QueryFilter()
                        .field(QueryFilterField.NAMESPACE)
                        .operation(QueryFilterOp.EQUALS)
                        .value(namespace));
    }

    private boolean disabled(String id) throws ApiException {
        return Boolean.TRUE.equals(
                flows.flow(namespace, id, TENANT, false, null, false).getDisabled());
    }

    private static List<String> entries(byte[] archive) throws IOException {
        var names = new ArrayList<String>();
        try (var zip = new ZipInputStream(new ByteArrayInputStream(archive))) {
            for (var entry = zip.getNextEntry(); entry != null; entry = zip.getNextEntry()) {
                names.add(entry.getName());
            }
        }
        return names;
    }

    @Test
    void aFlowIsWrittenReadAndDeleted() throws Exception {
        var created = flows.createFlow(TENANT, flow("one", "hi"));
        var updated = flows.updateFlow(namespace, "one", TENANT, flow("one", "ho"));

        assertThat(created.getRevision()).isEqualTo(1);
        assertThat(updated.getSource()).contains("ho");
        assertThat(flows.flow(namespace, "one", TENANT, true, 1, false).getSource()).contains("hi");
        assertThat(flows.taskFromFlow(namespace, "one", "hello", TENANT, null).getType())
                .isEqualTo(LOG);
        assertThat(flows.listFlowsByNamespace(namespace, TENANT)).hasSize(1);
        assertThat(flows.listDistinctNamespaces(TENANT, namespace)).containsExactly(namespace);
        assertThat(flows.searchFlows(TENANT, 1, 10, List.of("id:asc"), here()).getTotal())
                .isEqualTo(1);
        assertThat(flows.searchFlowsBySourceCode(TENANT, 1, 10, null, "ho", namespace).getResults())
                .singleElement()
                .satisfies(found ->
                        assertThat(String.valueOf(found.getFragments()))
                                .contains("[mark]ho[/mark]"));
        flows.deleteFlow(namespace, "one", TENANT);
        assertThatExceptionOfType(ApiException.class)
                .isThrownBy(() -> flows.flow(namespace, "one", TENANT, false, null, false))
                .satisfies(e -> assertThat(e.getCode()).isEqualTo(404));
    }

    @Test
    void olderRevisionsAreTakenOutOfTheHistory() throws Exception {
        flows.createFlow(TENANT, flow("rev", "one"));
        flows.updateFlow(namespace, "rev", TENANT, flow("rev", "two"));
        flows.updateFlow(namespace, "rev", TENANT, flow("rev", "three"));

        flows.deleteRevisions(namespace, "rev", TENANT, List.of(1));

        assertThat(flows.listFlowRevisions(namespace, "rev", TENANT, false))
                .extracting(revision -> revision.getRevision())
                .containsExactly(2, 3);
        assertThatExceptionOfType(ApiException.class)
                .isThrownBy(() -> flows.flow(namespace, "rev", TENANT, true, 1, false))
                .satisfies(e -> assertThat(e.getCode()).isEqualTo(404));
        assertThatExceptionOfType(ApiException.class)
                .isThrownBy(() -> flows.deleteRevisions(namespace, "rev", TENANT, List.of(3)))
                .satisfies(e -> assertThat(e.getCode()).isEqualTo(422));
        assertThatExceptionOfType(ApiException.class)
                .isThrownBy(() -> viewer.deleteRevisions(namespace, "rev", TENANT, List.of(2)))
                .satisfies(e -> assertThat(e.getCode()).isEqualTo(403));
    }

    @Test
    void flowsAreSwitchedOffAndOnByANewRevision() throws Exception {
        flows.createFlow(TENANT, flow("a", "x"));
        flows.createFlow(TENANT, flow("b", "x") + "disabled: true # for now\n");

        var off = flows.disableFlowsByIds(TENANT, List.of(named("a"), named("b")));
        boolean aIsOff = disabled("a");
        var on = flows.enableFlowsByQuery(TENANT, here());

        assertThat(off.getCount()).isEqualTo(1);
        assertThat(aIsOff).isTrue();
        assertThat(on.getCount()).isEqualTo(2);
        assertThat(disabled("a")).isFalse();
        assertThat(disabled("b")).isFalse();
        assertThat(flows.flow(namespace, "b", TENANT, true, null, false).getSource())
                .contains("disabled: false # for now");
        assertThat(flows.disableFlowsByQuery(TENANT, here()).getCount()).isEqualTo(2);
        assertThat(flows.enableFlowsByIds(TENANT, List.of(named("a"))).getCount()).isEqualTo(1);
        assertThatExceptionOfType(ApiException.class)
                .isThrownBy(() -> viewer.disableFlowsByIds(TENANT, List.of(named("a"))))
                .satisfies(e -> assertThat(e.getCode()).isEqualTo(403));
    }

    @Test
    void manyFlowsAreReplacedExportedAndDeleted() throws Exception {
        var two = flow("a", "x") + "---\n" + flow("b", "x");

        var bulk = flows.bulkUpdateFlows(TENANT, false, namespace, false, two);
        var replaced =
                flows.updateFlowsInNamespace(
                        namespace,
                        TENANT,
                        flow("b", "y").replace(namespace, "somewhere.else"),
                        true,
                        true);

        assertThat(bulk).hasSize(2);
        assertThat(replaced)
                .extracting("id", "deleted")
                .containsExactly(tuple("a", true), tuple("b", false));
        assertThat(replaced)
                .allSatisfy(flow -> assertThat(flow.getNamespace()).isEqualTo(namespace));
        assertThat(flows.listFlowsByNamespace(namespace, TENANT)).hasSize(1);
        assertThatExceptionOfType(ApiException.class)
                .isThrownBy(() -> flows.bulkUpdateFlows(TENANT, false, "other.place", true, two));
        flows.createFlow(TENANT, flow("c", "x"));
        assertThat(entries(flows.exportFlowsByIds(TENANT, List.of(named("b")))))
                .containsExactly(namespace + "-b.yml");
        assertThat(entries(flows.exportFlowsByQuery(TENANT, here()))).hasSize(2);
        assertThat(flows.deleteFlowsByIds(TENANT, List.of(named("b"))).getCount()).isEqualTo(1);
        assertThat(flows.deleteFlowsByQuery(TENANT, here()).getCount()).isEqualTo(1);
    }

    @Test
    void archivesAndFilesOfManyFlowsAreImported(@TempDir Path directory) throws Exception {
        var file = directory.resolve("flows.yaml");
        Files.writeString(file, flow("a", "x") + "---\nid: broken\n---\n" + flow("b", "x"));
        var archive = directory.resolve("flows.zip");
        try (var zip = new ZipOutputStream(Files.newOutputStream(archive))) {
            for (var entry :
                    Map.of(
                                    "../../evil.yml", flow("c", "x"),
                                    "wrong.yaml", "id: [",
                                    "notes.txt", "no flow")
                            .entrySet()) {
                zip.putNextEntry(new ZipEntry(entry.getKey()));
                zip.write(entry.getValue().getBytes(StandardCharsets.UTF_8));
                zip.closeEntry();
            }
        }

        var fromFile = flows.importFlows(TENANT, false, file.toFile());
        var fromArchive = flows.importFlows(TENANT, false, archive.toFile());

        assertThat(fromFile).containsExactly("1");
        assertThat(fromArchive).containsExactly("wrong.yaml");
        assertThat(flows.listFlowsByNamespace(namespace, TENANT)).hasSize(3);
        assertThatExceptionOfType(ApiException.class)
                .isThrownBy(() -> flows.importFlows(TENANT, true, archive.toFile()))
                .satisfies(e -> assertThat(e.getCode()).isEqualTo(422));
        assertThatExceptionOfType(ApiException.class)
                .isThrownBy(() -> flows.importFlows(TENANT, false, text(directory)))
                .satisfies(e -> assertThat(e.getCode()).isEqualTo(422));
    }

    private static File text(Path directory) throws IOException {
        return Files.writeString(directory.resolve("flows.txt"), "id: a").toFile();
    }

    @Test
    void flowsAreDrawn() throws Exception {
        flows.createFlow(TENANT, flow("drawn", "x"));
        var parent = starts("parent", "drawn");
        flows.createFlow(TENANT, parent);

        var closed = flows.generateFlowGraph(namespace, "parent", TENANT, null, null);
        var open = flows.generateFlowGraphFromSource(TENANT, parent, List.of("root.sub"));

        assertThat(closed.getNodes()).extracting(node -> node.getUid()).contains("root.sub");
        assertThat(closed.getClusters()).isEmpty();
        assertThat(open.getNodes()).extracting(node -> node.getUid()).contains("root.sub.hello");
        assertThat(open.getClusters())
                .singleElement()
                .satisfies(cluster -> assertThat(cluster.getNodes()).contains("root.sub.hello"));
        assertThatExceptionOfType(ApiException.class)
                .isThrownBy(() ->
                        flows.generateFlowGraphFromSource(
                                TENANT, starts("lost", "nowhere"), List.of("root.sub")))
                .satisfies(e -> assertThat(e.getCode()).isEqualTo(404));
    }

    @Test
    void dependenciesAreFollowedOverTasksAndTriggers() throws Exception {
        flows.createFlow(TENANT, flow("base", "x"));
        flows.createFlow(TENANT, starts("middle", "base"));
        flows.createFlow(
                TENANT,
                flow("after", "x")
                        + """
                        triggers:
                          - id: follows
                            type: io.kestra.plugin.core.trigger.Flow
                            preconditions:
                              id: middle
                              flows:
                                - namespace: %s
                                  flowId: middle
                        """
                                .formatted(namespace));

        var base = flows.flowDependencies(namespace, "base", TENANT, false, false);
        var all = flows.flowDependencies(namespace, "base", TENANT, false, true);
        var into = flows.flowDependencies(namespace, "middle", TENANT, true, false);
        var ofNamespace = flows.flowDependenciesFromNamespace(namespace, TENANT, false);

        assertThat(base.getEdges())
                .singleElement()
                .satisfies(edge -> {
                    assertThat(edge.getRelation()).isEqualTo(FlowRelation.FLOW_TASK);
                    assertThat(edge.getSource()).isEqualTo("main_" + namespace + "_middle");
                });
        assertThat(all.getNodes())
                .extracting(node -> node.getId())
                .containsExactlyInAnyOrder("base", "middle", "after");
        assertThat(into.getEdges()).isEmpty();
        assertThat(ofNamespace.getEdges())
                .extracting(edge -> edge.getRelation())
                .containsExactlyInAnyOrder(FlowRelation.FLOW_TASK, FlowRelation.FLOW_TRIGGER);
        flows.updateFlow(namespace, "middle", TENANT, flow("middle", "x"));
        assertThat(flows.flowDependencies(namespace, "base", TENANT, false, false).getEdges())
                .isEmpty();
    }

    @Test
    void validationTellsWhatIsWrongAndWhatIsOld() throws Exception {
        flows.createFlow(TENANT, flow("v", "x"));

        var found =
                flows.validateFlows(
                        TENANT,
                        flow("v", "\"{{ outputs.helo.x }}\"")
                                + "revision: 7\n---\nid: f\nnamespace: n\ntasks:\n"
                                + "  - {id: a, type: io.kestra.core.tasks.debugs.Echo, formt: x}\n");

        assertThat(found.getFirst().getConstraints()).isNull();
        assertThat(found.getFirst().getOutdated()).isTrue();
        assertThat(found.getFirst().getWarnings())
                .singleElement()
                .asString()
                .contains("there is no task `helo`", "Did you mean `hello`?", "line 6");
        assertThat(found.get(1).getIndex()).isEqualTo(1);
        assertThat(found.get(1).getConstraints()).contains("formt", "Did you mean `format`?");
        assertThat(found.get(1).getDeprecationPaths()).contains("tasks[0]");
        assertThat(found.get(1).getInfos())
                .containsExactly(
                        "io.kestra.core.tasks.debugs.Echo is replaced by"
                                + " io.kestra.plugin.core.debug.Echo");
        var task = Map.of("id", "a", "type", LOG);
        assertThat(
                        flows.validateTask(FlowControllerTaskValidationType.TASKS, TENANT, task)
                                .getConstraints())
                .contains("message: must not be null");
        var trigger =
                Map.of("id", "a", "type", "io.kestra.plugin.core.trigger.Schedule", "cron", "x");
        assertThat(flows.validateTrigger(TENANT, trigger).getConstraints()).contains("cron");
        assertThat(
                        flows.validateTask(
                                        FlowControllerTaskValidationType.TRIGGERS, TENANT, trigger)
                                .getConstraints())
                .contains("cron");
    }

    @Test
    void aSubflowThatIsNotThereIsAWarning() throws Exception {
        var found = flows.validateFlows(TENANT, starts("parent", "nowhere"));

        assertThat(found.getFirst().getConstraints()).isNull();
        assertThat(found.getFirst().getWarnings())
                .singleElement()
                .asString()
                .contains("The subflow 'nowhere' is not found", "line 7");
    }

    @Test
    void flowsWithDeprecatedTasksAreListed() throws Exception {
        flows.createFlow(
                TENANT,
                flow("old", "x")
                        .replace(LOG, "io.kestra.plugin.core.debug.Echo")
                        .replace("message", "format"));
        flows.createFlow(TENANT, flow("new", "x"));

        assertThat(flows.listDeprecated(TENANT, namespace))
                .singleElement()
                .satisfies(flow -> {
                    assertThat(flow.getFlowId()).isEqualTo("old");
                    assertThat(flow.getDeprecatedTasks())
                            .singleElement()
                            .satisfies(task -> {
                                assertThat(task.getTaskId()).isEqualTo("hello");
                                assertThat(task.getReplacement()).isEqualTo(LOG);
                            });
                });
    }

    @Test
    void namespacesAreFound() throws Exception {
        flows.createFlow(TENANT, flow("any", "x").replace(namespace, namespace + ".below"));

        assertThat(namespaces.namespace(namespace, TENANT).getId()).isEqualTo(namespace);
        assertThat(namespaces.searchNamespaces(TENANT, namespace, 1, 10, null, false).getTotal())
                .isEqualTo(2);
        assertThat(namespaces.searchNamespaces(TENANT, namespace, 1, 10, null, true).getResults())
                .extracting(found -> found.getId())
                .containsExactly(namespace + ".below");
        assertThat(
                        namespaces.autocompleteNamespaces(
                                TENANT, new ApiAutocomplete().q(namespace).existingOnly(true)))
                .containsExactly(namespace + ".below");
        assertThat(namespaces.inheritedPluginDefaults(namespace, TENANT)).isEmpty();
    }
}
