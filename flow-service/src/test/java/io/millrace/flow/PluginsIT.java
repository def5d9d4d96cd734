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
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.regex.Pattern;
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
    private static final Path PACK =
            Path.of(
                    Objects.requireNonNullElse(
                            System.getenv("MILLRACE_CONFORMANCE"), "../../shared/conformance"));
    private static final Pattern YAML_BLOCK = Pattern.compile("(?s)```yaml\n(.*?)```");

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

    /// A flow that somebody wrote, and where it stands.
    record Written(String place, String source) {
        @Override
        public String toString() {
            return place;
        }
    }

    /// The example flows, those in the documentation, and those of the conformance pack where its
    /// folder is there.
    static Stream<Written> flows() throws IOException {
        var all = new ArrayList<Written>();
        files(Path.of("..", "examples"), all);
        try (var documents = Files.list(Path.of("..", "docs"))) {
            for (var document : documents.filter(d -> d.toString().endsWith(".md")).toList()) {
                blocks(document, all);
            }
        }
        blocks(Path.of("..", "README.md"), all);
        if (Files.isDirectory(PACK)) {
            files(PACK.resolve("flows"), all);
            for (var one : JSON.readTree(Files.readString(PACK.resolve("cases.json")))) {
                var inline = one.at("/flow/inline");
                if (inline.isObject() && !one.at("/expect").has("deployRejected")) {
                    all.add(new Written(one.get("name").asString(), inline.toString()));
                }
            }
        }
        return all.stream();
    }

    private static void files(Path directory, List<Written> all) throws IOException {
        try (var files = Files.list(directory)) {
            for (var file :
                    files.filter(f -> f.toString().matches(".*\\.ya?ml")).sorted().toList()) {
                all.add(new Written(file.toString(), Files.readString(file)));
            }
        }
    }

    /// The flows among the blocks of YAML in a document.
    private static void blocks(Path document, List<Written> all) throws IOException {
        var block = YAML_BLOCK.matcher(Files.readString(document));
        while (block.find()) {
            var source = block.group(1);
            if (source.contains("\ntasks:") && source.contains("namespace:")) {
                all.add(
                        new Written(
                                document + ": " + source.lines().findFirst().orElse(""), source));
            }
        }
    }

    /// Flows of the conformance pack that must be refused.
    static Stream<Written> invalids() throws IOException {
        if (!Files.isDirectory(PACK)) {
            return Stream.of(new Written("none", "id: f"));
        }
        var all = new ArrayList<Written>();
        for (var one : JSON.readTree(Files.readString(PACK.resolve("invalids.json")))) {
            var source =
                    one.has("file")
                            ? Files.readString(PACK.resolve(one.get("file").asString()))
                            : one.at("/inline").toString();
            all.add(new Written(one.get("name").asString(), source));
        }
        return all.stream();
    }

    @ParameterizedTest
    @MethodSource("flows")
    void rightFlowsFitTheSchema(Written flow) {
        assertThat(errors(flow.source())).isEmpty();
    }

    /// What the schema can't say, such as what relates one part to another, validation does.
    @ParameterizedTest
    @MethodSource("invalids")
    void wrongFlowsOfThePackAreFoundBySchemaOrValidation(Written flow) throws Exception {
        var answer =
                JSON.readTree(
                        http.send(
                                        HttpRequest.newBuilder(
                                                        URI.create(
                                                                service.url()
                                                                        + "/api/v1/main/flows/validate"))
                                                .header("Authorization", "Bearer " + token)
                                                .header("Content-Type", "application/x-yaml")
                                                .POST(
                                                        HttpRequest.BodyPublishers.ofString(
                                                                flow.source()))
                                                .build(),
                                        HttpResponse.BodyHandlers.ofString())
                                .body());

        assertThat(
                        answer.at("/0/constraints").asString("").isEmpty()
                                && errors(flow.source()).isEmpty())
                .as(answer.toString())
                .isFalse();
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
