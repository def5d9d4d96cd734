// SPDX-License-Identifier: Apache-2.0
package io.millrace.gateway.openapi;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class OpenApiMergeTest {
    private final JsonMapper json = JsonMapper.builder().build();

    private JsonNode document(String path, String method, String type) {
        return json.readTree(
                """
                {"paths":{"%s":{"%s":{"schema":{"$ref":"#/components/schemas/State"}}}},
                 "components":{"schemas":{"State":{"type":"%s"}}}}\
                """
                        .formatted(path, method, type));
    }

    @Test
    void sameNameOfDifferentThingsIsTakenApart() {
        var documents = new LinkedHashMap<String, JsonNode>();
        documents.put("flow", document("/a", "get", "string"));
        documents.put("execution", document("/b", "get", "object"));

        var merged = new OpenApiMerge(json).merge(documents);

        assertThat(merged.at("/components/schemas/State/type").stringValue()).isEqualTo("string");
        assertThat(merged.at("/components/schemas/ExecutionState/type").stringValue())
                .isEqualTo("object");
        assertThat(merged.at("/paths/~1b/get/schema/$ref").stringValue())
                .isEqualTo("#/components/schemas/ExecutionState");
    }

    @Test
    void eachOperationSaysWhatARefusalLooksLike() {
        var documents = Map.of("flow", document("/a", "get", "string"));

        var merged = new OpenApiMerge(json).merge(documents);

        assertThat(merged.at("/paths/~1a/get/responses/default/$ref").stringValue())
                .isEqualTo("#/components/responses/Problem");
        assertThat(merged.at("/components/schemas/Problem/required"))
                .extracting(JsonNode::stringValue)
                .containsExactly("type", "title", "status");
    }

    @Test
    void whatAPathAsksForIsAParameter() {
        var documents = Map.of("flow", document("/{tenant}/a", "get", "string"));

        var merged = new OpenApiMerge(json).merge(documents);

        assertThat(merged.at("/paths/~1{tenant}~1a/get/parameters"))
                .isEqualTo(
                        json.readTree(
                                """
                                [{"name": "tenant", "in": "path", "required": true,
                                  "schema": {"type": "string"}}]
                                """));
    }

    @Test
    void onePathOfTwoServicesHasTheOperationsOfBoth() {
        var documents = new LinkedHashMap<String, JsonNode>();
        documents.put("flow", document("/a", "get", "string"));
        documents.put("execution", document("/a", "post", "string"));

        var merged = new OpenApiMerge(json).merge(documents);

        assertThat(merged.at("/paths/~1a").propertyNames()).containsExactly("get", "post");
    }
}
