// SPDX-License-Identifier: Apache-2.0
package io.millrace.plugin.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.millrace.plugin.PluginSettings;
import io.millrace.plugin.TaskPlugin;
import io.millrace.plugin.cluster.Cluster;
import io.millrace.plugin.cluster.ClusterConnection;
import io.millrace.plugin.kit.HttpApi;
import io.millrace.plugin.kit.HttpApi.Call;
import io.millrace.test.FakeContext;
import io.millrace.test.RunningTask;
import io.millrace.test.Tasks;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.AfterParameterizedClassInvocation;
import org.junit.jupiter.params.BeforeParameterizedClassInvocation;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.MethodSource;

/// What tasks do with objects of Kubernetes: with what stands in for its API server, and with that
/// where it is installed.
@ParameterizedClass
@MethodSource("programs")
class KubernetesIT {
    private static @Nullable ClusterServer cluster;

    @Parameter String program = "";
    @TempDir Path directory = Path.of(".");
    private FakeContext context = new FakeContext(Path.of("."));

    static Stream<String> programs() {
        return ClusterServer.programs();
    }

    @BeforeParameterizedClassInvocation
    static void start(String program, @TempDir Path home) throws Exception {
        cluster = ClusterServer.start(program, home);
    }

    @AfterParameterizedClassInvocation
    static void stop() {
        server().close();
    }

    private static ClusterServer server() {
        return Objects.requireNonNull(cluster);
    }

    @BeforeEach
    void begin() {
        context = new FakeContext(directory);
    }

    private Map<String, @Nullable Object> run(TaskPlugin<?, ?> task, @Nullable Object... properties)
            throws Exception {
        var all = new HashMap<String, @Nullable Object>();
        all.put("connection", server().connection(ClusterServer.TOKEN));
        for (int i = 0; i < properties.length; i += 2) {
            all.put(String.valueOf(properties[i]), properties[i + 1]);
        }
        return Tasks.run(task, context, all);
    }

    /// Says how an object is, as its controller does.
    private void status(String path, String json) throws Exception {
        try (var api = open()) {
            api.api()
                    .ask(
                            new Call(
                                    "PATCH",
                                    path + "/status",
                                    Map.of(),
                                    "application/merge-patch+json",
                                    "{\"status\":%s}".formatted(json)));
        }
    }

    private Map<String, @Nullable Object> object(String path) throws Exception {
        try (var api = open()) {
            return api.api().ask(Call.get(path)).object();
        }
    }

    private Cluster open() throws Exception {
        var at = server().connection(ClusterServer.TOKEN);
        return Cluster.open(
                new ClusterConnection(
                        String.valueOf(at.get("masterUrl")),
                        null,
                        null,
                        null,
                        null,
                        ClusterServer.TOKEN,
                        null,
                        null,
                        null,
                        true,
                        null),
                new PluginSettings(Map.of()),
                context);
    }

    private static String configMap(String name, String data) {
        return "{apiVersion: v1, kind: ConfigMap, metadata: {name: %s, labels: {of: %s}}, data: {%s}}"
                .formatted(name, name, data);
    }

    private static String workload(String kind, String name, String spec) {
        return """
        apiVersion: apps/v1
        kind: %s
        metadata: {name: %s}
        spec:
          %s
          selector: {matchLabels: {app: %s}}
          template:
            metadata: {labels: {app: %s}}
            spec: {containers: [{name: main, image: none}]}
        """
                .formatted(kind, name, spec, name, name);
    }

    @Test
    void aManifestIsAppliedAndAppliedAnew() throws Exception {
        var manifest = configMap("m1", "a: '1', b: '2'") + "\n---\n" + configMap("m2", "c: '3'");

        var outputs = run(new Apply(), "spec", manifest);
        run(new Apply(), "spec", configMap("m1", "a: '9', b: '2'"));

        assertThat(String.valueOf(outputs.get("metadata")))
                .contains("name=m1", "labels={of=m1}", "name=m2")
                .doesNotContain("managedFields");
        assertThat(object("/api/v1/namespaces/default/configmaps/m1"))
                .containsEntry("data", Map.of("a", "9", "b", "2"));
        assertThat(context.lines).contains("INFO ConfigMap m1 is applied");
        assertThatThrownBy(() -> run(new Apply(), "spec", "a: [b"))
                .hasMessageStartingWith("Expected YAML but");
        assertThatThrownBy(() -> run(new Apply(), "spec", "kind: ConfigMap"))
                .hasMessage("Expected objects with apiVersion, kind, metadata.name");
    }

    @Test
    void objectsAreFoundByKindNameAndLabelPatchedAndDeleted() throws Exception {
        run(new Apply(), "spec", configMap("f1", "a: '1'") + "\n---\n" + configMap("f2", "b: '2'"));

        assertThat(run(new Get(), "resourceType", "cm", "resourcesNames", List.of("f1", "f2")))
                .containsEntry("size", 2L);
        var one =
                run(
                        new Get(),
                        "resourceType",
                        "ConfigMap",
                        "labelSelector",
                        "of=f1",
                        "fetchType",
                        "FETCH_ONE");
        assertThat(String.valueOf(one.get("metadataItem"))).contains("name=f1");
        for (var strategy : List.of("JSON_MERGE", "STRATEGIC_MERGE")) {
            run(
                    new Patch(),
                    "resourceType",
                    "configmap",
                    "resourceName",
                    "f1",
                    "patchStrategy",
                    strategy,
                    "patch",
                    "data: {%s: x}".formatted(strategy));
        }
        var stored =
                run(
                        new Get(),
                        "resourceType",
                        "configmaps",
                        "resourcesNames",
                        List.of("f1"),
                        "fetchType",
                        "STORE");
        assertThat(context.text(URI.create(String.valueOf(stored.get("uri")))))
                .contains("\"JSON_MERGE\":\"x\"", "\"STRATEGIC_MERGE\":\"x\"", "\"a\":\"1\"");
        assertThat(
                        run(
                                new Delete(),
                                "resourceType",
                                "cm",
                                "resourcesNames",
                                List.of("f1", "none"),
                                "waitUntilDeleted",
                                "PT10S"))
                .containsEntry("count", 1);
        assertThatThrownBy(
                        () -> run(new Get(), "resourceType", "cm", "resourcesNames", List.of("f1")))
                .hasMessage("There is no ConfigMap f1 in default");
        assertThatThrownBy(() -> run(new Get(), "resourceType", "shirts"))
                .hasMessageStartingWith("Kubernetes knows no shirts");
    }

    @Test
    void whatTheServerRefusesIsSaidInItsWords() throws Exception {
        Object[] asNobody = {"connection", server().connection("wr0ng")};
        Object[] asReader = {"connection", server().connection(ClusterServer.READER)};
        assertThatThrownBy(() -> run(new Get(), with(asNobody, "resourceType", "pods")))
                .hasMessage("Kubernetes refuses the credentials (401)");
        assertThatThrownBy(() -> run(new Get(), with(asReader, "resourceType", "pods")))
                .hasMessageStartingWith(
                        "Kubernetes doesn't permit this (403): pods is forbidden: User \"reader\"");

        run(new Apply(), "spec", configMap("taken", "a: '1'"));
        run(new Patch(), "resourceType", "cm", "resourceName", "taken", "patch", "data: {a: '2'}");
        assertThatThrownBy(() ->
                        run(new Apply(), "force", false, "spec", configMap("taken", "a: '3'")))
                .hasMessageStartingWith("Kubernetes answered 409: Apply failed with 1 conflict");
        run(new Apply(), "spec", configMap("taken", "a: '3'"));

        assertThatThrownBy(() -> run(new Apply(), "spec", configMap("bad_name", "a: '1'")))
                .hasMessageStartingWith("Kubernetes answered 422: ")
                .hasMessageContaining("metadata.name: Invalid value")
                .hasMessageNotContaining("{\"kind\"");
        assertThatThrownBy(() ->
                        run(new Apply(), "namespace", "nowhere", "spec", configMap("x", "a: '1'")))
                .hasMessage("Kubernetes answered 404: namespaces \"nowhere\" not found");
    }

    private static @Nullable Object[] with(Object[] some, @Nullable Object... more) {
        return Stream.concat(Stream.of(some), Stream.of(more)).toArray();
    }

    private void restart(String kind, String name, String within) throws Exception {
        run(
                new Restart(),
                "resourceType",
                kind,
                "resourcesNames",
                List.of(name),
                "waitUntilReady",
                within);
    }

    /// @param before as its controller has seen the change and isn't done with it
    private void isRestartedWhen(String kind, String plural, String before, String after)
            throws Exception {
        var name = "web-" + plural;
        var path = "/apis/apps/v1/namespaces/default/%s/%s".formatted(plural, name);
        var replicas = kind.equals("DaemonSet") ? "" : "replicas: 2";
        run(
                new Apply(),
                "spec",
                workload(
                        kind,
                        name,
                        kind.equals("StatefulSet") ? "serviceName: web\n  replicas: 2" : replicas));
        status(path, before);

        assertThatThrownBy(() -> restart(kind, name, "PT0.1S"))
                .hasMessage(
                        "Expected %s %s of Kubernetes to end within PT0.1S".formatted(kind, name));
        status(path, after);
        restart(kind, name, "PT0.1S");

        assertThat(String.valueOf(object(path).get("spec")))
                .contains("kubectl.kubernetes.io/restartedAt");
    }

    @Test
    void aRestartIsOverWhenAllPodsAreNew() throws Exception {
        isRestartedWhen(
                "Deployment",
                "deployments",
                "{\"observedGeneration\":9,\"replicas\":2,\"updatedReplicas\":1,\"readyReplicas\":2,\"availableReplicas\":2}",
                "{\"observedGeneration\":9,\"replicas\":2,\"updatedReplicas\":2,\"readyReplicas\":2,\"availableReplicas\":2}");
        isRestartedWhen(
                "StatefulSet",
                "statefulsets",
                "{\"observedGeneration\":9,\"replicas\":2,\"readyReplicas\":2,\"updatedReplicas\":1}",
                "{\"observedGeneration\":9,\"replicas\":2,\"readyReplicas\":2,\"updatedReplicas\":2}");
        isRestartedWhen(
                "DaemonSet",
                "daemonsets",
                "{\"observedGeneration\":9,\"currentNumberScheduled\":1,\"desiredNumberScheduled\":1,\"numberMisscheduled\":0,\"numberReady\":1}",
                "{\"observedGeneration\":9,\"currentNumberScheduled\":1,\"desiredNumberScheduled\":1,\"numberMisscheduled\":0,\"numberReady\":1,\"updatedNumberScheduled\":1}");
    }

    @Test
    void whatNeverSaysHowItIsIsReadyWhenItIsThere() throws Exception {
        run(
                new Apply(),
                "spec",
                configMap("settings", "a: '1'")
                        + "\n---\n{apiVersion: v1, kind: Service, metadata: {name: web}, spec: {ports: [{port: 80}]}}",
                "waitUntilReady",
                "PT0.1S");

        assertThat(context.lines).contains("INFO Service web is applied");
    }

    private static String definition(String group, String version, String plural, String kind) {
        return """
        apiVersion: apiextensions.k8s.io/v1
        kind: CustomResourceDefinition
        metadata: {name: %s.%s}
        spec:
          group: %s
          scope: Namespaced
          names: {plural: %s, singular: %s, kind: %s}
          versions:
            - name: %s
              served: true
              storage: true
              schema: {openAPIV3Schema: {type: object, x-kubernetes-preserve-unknown-fields: true}}
        """
                .formatted(
                        plural, group, group, plural, kind.toLowerCase(Locale.ROOT), kind, version);
    }

    @Test
    void workflowsAndApplicationsAreObjectsThatOthersDefine() throws Exception {
        run(
                new Apply(),
                "waitUntilReady",
                "PT20S",
                "spec",
                definition("argoproj.io", "v1alpha1", "workflows", "Workflow"));
        run(
                new Apply(),
                "waitUntilReady",
                "PT20S",
                "spec",
                definition(
                        "spark.example.com", "v1beta2", "sparkapplications", "SparkApplication"));
        context.taskId = "_A_task_whose_name_is_longer_than_what_kubernetes_takes_for_a_name_";

        var workflow =
                run(
                        new ArgoWorkflow(),
                        "template",
                        "etl",
                        "parameters",
                        Map.of("day", 1),
                        "wait",
                        false);
        var application =
                run(
                        new SparkApplication(),
                        "spec",
                        Map.of(
                                "apiVersion",
                                "spark.example.com/v1beta2",
                                "spec",
                                Map.of("type", "Python")),
                        "wait",
                        false);

        assertThat(String.valueOf(workflow.get("name"))).hasSizeLessThan(50).startsWith("a-task-");
        assertThat(
                        String.valueOf(
                                object(
                                        "/apis/argoproj.io/v1alpha1/namespaces/default/workflows/"
                                                + workflow.get("name"))))
                .contains("workflowTemplateRef={", "{name=day, value=1}");
        assertThat(
                        object(
                                "/apis/spark.example.com/v1beta2/namespaces/default/sparkapplications/"
                                        + application.get("name")))
                .containsEntry("kind", "SparkApplication");
    }

    private RunningTask job(String name) throws Exception {
        var spec =
                """
                kind: Job
                metadata: {name: %s}
                spec: {template: {spec: {restartPolicy: Never, containers: [{name: main, image: none}]}}}
                """
                        .formatted(name);
        var job =
                RunningTask.start(
                        context, () -> run(new Job(), "interval", "PT0.1S", "spec", spec));
        await().until(() ->
                !job.isRunning() || context.lines.contains("INFO Job %s is made".formatted(name)));
        return job;
    }

    private static final String FAILED =
            """
            {"startTime":"2026-01-01T00:00:00Z","conditions":[
              {"type":"FailureTarget","status":"True","message":"backoff"},
              {"type":"Failed","status":"True","message":"backoff"}]}
            """;
    private static final String COMPLETE =
            """
            {"startTime":"2026-01-01T00:00:00Z","completionTime":"2026-01-01T00:00:01Z","conditions":[
              {"type":"SuccessCriteriaMet","status":"True"},{"type":"Complete","status":"True"}]}
            """;

    @Test
    void aJobIsFollowedToItsEnd() throws Exception {
        var failing = job("nightly");
        status("/apis/batch/v1/namespaces/default/jobs/nightly", FAILED);
        assertThat(failing.await(Duration.ofSeconds(10)))
                .hasMessage("Job nightly ended as Failed: backoff");

        var killed = job("killed");
        assertThat(killed.cancel()).isInstanceOf(InterruptedException.class);
        await().ignoreExceptions()
                .until(() -> {
                    try (var api = open()) {
                        var path = "/apis/batch/v1/namespaces/default/jobs/killed";
                        var answer = api.api().send(Call.get(path));
                        return answer.status() == 404
                                || HttpApi.at(answer.json(), "metadata", "deletionTimestamp")
                                        != null;
                    }
                });
    }

    @Test
    void aServerThatIsStartedAnewIsWaitedForWhereSomethingIsFollowed() throws Exception {
        var job = job("long");

        server().stop();
        try {
            // what is tried again at once would have given up by then
            await().until(() ->
                    !job.isRunning()
                            || context.lines.stream()
                                            .filter(line -> line.endsWith(", waited for"))
                                            .count()
                                    > 4);
            assertThat(job.isRunning() ? null : job.await(Duration.ZERO)).isNull();
        } finally {
            server().startAgain();
        }
        status("/apis/batch/v1/namespaces/default/jobs/long", COMPLETE);

        assertThat(job.await(Duration.ofSeconds(20))).isNull();
    }

    @Test
    void whatTheServerWarnsOfIsLogged() throws Exception {
        run(new Apply(), "spec", workload("Deployment", "web", "replicas: 1"));

        run(
                new Patch(),
                "resourceType",
                "deployment",
                "resourceName",
                "web",
                "patch",
                "spec: {replcas: 2}");

        assertThat(context.lines).contains("WARN Kubernetes warns: unknown field \"spec.replcas\"");
    }

    @Test
    void anApiThatIsAwayTakesNoOtherWithIt() throws Exception {
        run(
                new Apply(),
                "waitUntilReady",
                "PT20S",
                "spec",
                definition("z.example.com", "v1", "gadgets", "Gadget"));
        run(
                new Apply(),
                "spec",
                """
                apiVersion: v1
                kind: Service
                metadata: {name: gone}
                spec: {ports: [{port: 443}]}
                ---
                apiVersion: apiregistration.k8s.io/v1
                kind: APIService
                metadata: {name: v1.a.example.com}
                spec:
                  group: a.example.com
                  version: v1
                  groupPriorityMinimum: 20000
                  versionPriority: 1
                  insecureSkipTLSVerify: true
                  service: {name: gone, namespace: default}
                """);
        await("it is asked for it")
                .until(() -> {
                    try (var api = open()) {
                        return api.api().sendOnce(Call.get("/apis/a.example.com/v1")).status()
                                == 503;
                    }
                });

        assertThat(run(new Get(), "resourceType", "gadgets")).containsEntry("size", 0L);
        assertThatThrownBy(() -> run(new Get(), "resourceType", "shirts"))
                .hasMessage(
                        "Kubernetes knows no shirts; it has no answer about [a.example.com/v1]");
        run(
                new Delete(),
                "resourceType",
                "apiservices",
                "resourcesNames",
                List.of("v1.a.example.com"));
    }
}
