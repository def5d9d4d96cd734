// SPDX-License-Identifier: Apache-2.0
package io.millrace.flow;

import static org.assertj.core.api.Assertions.assertThat;

import com.networknt.schema.Error;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import io.millrace.platform.access.Role;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// What editors ask of the installed types, and the schema at work.
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class PluginsIT {
    private static final JsonMapper JSON = new JsonMapper();

    private final RunningFlowService service;
    private final HttpClient http = HttpClient.newHttpClient();
    private final String token;
    private final Schema schema;

    PluginsIT(@TempDir Path keys) throws Exception {
        service = new RunningFlowService(keys);
        token = service.token(Role.VIEWER, "");
        schema =
                SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2020_12)
                        .getSchema(get("/schemas/flow"));
    }

    @AfterAll
    void stop() {
        service.close();
        http.close();
    }

    private JsonNode get(String path) throws IOException, InterruptedException {
        return JSON.readTree(send(path).body());
    }

    private HttpResponse<String> send(String path) throws IOException, InterruptedException {
        return http.send(
                HttpRequest.newBuilder(URI.create(service.url() + "/api/v1/main/plugins" + path))
                        .header("Authorization", "Bearer " + token)
                        .build(),
                HttpResponse.BodyHandlers.ofString());
    }

    private List<Error> errors(String yaml) {
        var tree = new Load(LoadSettings.builder().setLabel("flow").build()).loadFromString(yaml);
        return schema.validate(JSON.valueToTree(tree));
    }

    /// The example flows, and those of the conformance pack where its folder is named.
    static Stream<Path> flows() throws IOException {
        var pack = System.getenv("MILLRACE_CONFORMANCE");
        return Stream.concat(
                yaml(Path.of("..", "examples")),
                pack == null ? Stream.empty() : yaml(Path.of(pack, "flows")));
    }

    private static Stream<Path> yaml(Path directory) throws IOException {
        try (var files = Files.list(directory)) {
            return files
                    .filter(file -> file.toString().matches(".*\\.ya?ml"))
                    .sorted()
                    .toList()
                    .stream();
        }
    }

    @ParameterizedTest
    @MethodSource("flows")
    void rightFlowsFitTheSchema(Path flow) throws Exception {
        assertThat(errors(Files.readString(flow))).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "id: f\nnamespace: n",
                "id: f\nnamespace: n\ntasks: []",
                "id: f\nnamespace: n\ntasks: [{id: t, type: io.kestra.plugin.core.log.Lgo, message: m}]",
                "id: f\nnamespace: n\ntasks: [{id: t, type: io.kestra.plugin.core.log.Log}]",
                "id: f\nnamespace: n\ntasks: [{id: t, type: io.kestra.plugin.core.log.Log, message: m, mesage: x}]",
                "id: f\nnamespace: N\ntasks: [{id: t, type: io.kestra.plugin.core.log.Log, message: m}]",
                "id: f\nnamespace: n\ntaks: []\ntasks: [{id: t, type: io.kestra.plugin.core.log.Log, message: m}]",
                "id: f\nnamespace: n\ntasks: [{id: t, type: io.kestra.plugin.core.log.Log, message: m, timeout: soon}]",
                "id: f\nnamespace: n\ntasks: [{id: t, type: io.kestra.plugin.core.flow.Parallel, tasks: [{id: u}]}]",
                "id: f\nnamespace: n\ninputs: [{id: i, type: STRNG}]\ntasks: [{id: t, type: io.kestra.plugin.core.log.Log, message: m}]",
                "id: f\nnamespace: n\ninputs: [{id: i, type: STRING, min: 1}]\ntasks: [{id: t, type: io.kestra.plugin.core.log.Log, message: m}]",
                "id: f\nnamespace: n\nretry: {type: constant}\ntasks: [{id: t, type: io.kestra.plugin.core.log.Log, message: m}]",
                "id: f\nnamespace: n\ntriggers: [{id: s, type: io.kestra.plugin.core.trigger.Schedule}]\ntasks: [{id: t, type: io.kestra.plugin.core.log.Log, message: m}]",
                "id: f\nnamespace: n\nconcurrency: {limit: many}\ntasks: [{id: t, type: io.kestra.plugin.core.log.Log, message: m}]",
            })
    void wrongFlowsDoNot(String yaml) {
        assertThat(errors(yaml)).isNotEmpty();
    }

    @Test
    void schemasOfAllPartsAreServed() throws Exception {
        for (var part : List.of("flow", "task", "trigger", "condition", "input", "plugindefault")) {
            var answer = get("/schemas/" + part);
            assertThat(answer.get("$schema").asString())
                    .isEqualTo("https://json-schema.org/draft/2020-12/schema");
            assertThat(answer.at("/$defs/io.kestra.plugin.core.log.Log/required").toString())
                    .isEqualTo("[\"message\"]");
        }
        assertThat(get("/schemas/task?arrayOf=true").get("type").asString()).isEqualTo("array");
        assertThat(send("/schemas/nonsense").statusCode()).isEqualTo(404);
    }

    @Test
    void typesAreListedWithTheirDocumentation() throws Exception {
        var core =
                get("").findParents("group").stream()
                        .filter(plugin ->
                                plugin.path("group").asString().equals("io.kestra.plugin.core"))
                        .findFirst()
                        .orElseThrow();
        var request = get("/io.kestra.plugin.core.http.Request");
        var old = get("/io.kestra.core.tasks.debugs.Echo");

        assertThat(core.at("/tasks").findValuesAsString("cls"))
                .contains("io.kestra.plugin.core.log.Log", "io.kestra.plugin.core.flow.If");
        assertThat(core.at("/triggers").findValuesAsString("cls"))
                .contains("io.kestra.plugin.core.trigger.Schedule");
        assertThat(request.get("markdown").asString())
                .contains("# Request", "Send an HTTP request", "`uri`", "required", "`code`");
        assertThat(request.at("/schema/properties/properties/method/default").asString())
                .isEqualTo("GET");
        assertThat(request.at("/schema/outputs/properties/code/type").asString())
                .isEqualTo("number");
        assertThat(old.get("markdown").asString())
                .contains("Deprecated: use `io.kestra.plugin.core.log.Log`");
        assertThat(send("/com.example.Nothing").statusCode()).isEqualTo(404);
        assertThat(get("/groups/subgroups").findValuesAsString("subGroup"))
                .contains("io.kestra.plugin.core.http");
        assertThat(get("/icons").at("/io.kestra.plugin.core.flow.If/flowable").asBoolean())
                .isTrue();
        assertThat(get("/icons/groups").has("io.kestra.plugin.core")).isTrue();
        assertThat(get("/inputs").findValuesAsString("type")).contains("STRING", "MULTISELECT");
        assertThat(get("/inputs/select").get("markdown").asString()).contains("`allowCustomValue`");
        assertThat(get("/io.kestra.plugin.core.log.Log/versions").get("versions")).hasSize(1);
    }
}
