// SPDX-License-Identifier: Apache-2.0
package io.millrace.gateway.openapi;

import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import org.springframework.util.StringUtils;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;
import tools.jackson.databind.node.StringNode;

/// Merges OpenAPI documents. Where two services mean different things by one schema name, the later
/// one's gets the service's name before it.
final class OpenApiMerge {
    private static final String SCHEMAS = "#/components/schemas/";

    private static final Pattern PLACE = Pattern.compile("\\{([^}]+)}");

    private static final Set<String> METHODS =
            Set.of("get", "put", "post", "delete", "patch", "head", "options");

    /// What [io.millrace.platform.problem.Problems] makes.
    private static final String PROBLEM =
            """
            {
              "type": "object",
              "required": ["type", "title", "status"],
              "properties": {
                "type": {"type": "string", "format": "uri-reference",
                         "description": "a stable code, such as /problems/not-found"},
                "title": {"type": "string"},
                "status": {"type": "integer", "format": "int32"},
                "detail": {"type": "string"},
                "instance": {"type": "string", "format": "uri-reference"},
                "message": {"type": "string"},
                "errors": {
                  "type": "array",
                  "items": {
                    "type": "object",
                    "properties": {
                      "field": {"type": "string"},
                      "detail": {"type": "string"},
                      "line": {"type": "integer", "format": "int32"},
                      "column": {"type": "integer", "format": "int32"}
                    }
                  }
                }
              }
            }
            """;

    private final JsonMapper json;

    OpenApiMerge(JsonMapper json) {
        this.json = json;
    }

    /// @param documents by service, in the order of precedence
    ObjectNode merge(Map<String, JsonNode> documents) {
        var merged = json.createObjectNode();
        merged.put("openapi", "3.1.0");
        var info = merged.putObject("info");
        info.put("title", "Millrace");
        info.put("version", "v1");
        info.put("description", "Workflows: flows, executions, triggers, secrets.");
        merged.putArray("servers").addObject().put("url", "/");
        merged.putArray("security").addObject().putArray("bearer");
        var paths = merged.putObject("paths");
        var components = merged.putObject("components");
        var bearer = components.putObject("securitySchemes").putObject("bearer");
        bearer.put("type", "http");
        bearer.put("scheme", "bearer");
        bearer.put("bearerFormat", "JWT");
        var schemas = components.putObject("schemas");
        documents.forEach((service, document) -> {
            var renamed = rename(service, document, schemas);
            for (var schema : document.path("components").path("schemas").properties()) {
                var name = renamed.getOrDefault(schema.getKey(), schema.getKey());
                schemas.set(name, withRefs(schema.getValue(), renamed));
            }
            for (var path : document.path("paths").properties()) {
                var operations = withRefs(path.getValue(), renamed);
                if (paths.get(path.getKey()) instanceof ObjectNode there
                        && operations instanceof ObjectNode more) {
                    more.properties().forEach(o -> there.set(o.getKey(), o.getValue()));
                } else {
                    paths.set(path.getKey(), operations);
                }
            }
        });
        paths.properties().forEach(path -> declare(path.getKey(), path.getValue()));
        refuse(paths, components, schemas);
        return merged;
    }

    /// What a path asks for is a parameter, though the method that serves it may not read it: such
    /// as the tenant, which a caller's token tells.
    private static void declare(String path, JsonNode operations) {
        for (var place = PLACE.matcher(path); place.find(); ) {
            for (var operation : operations.properties()) {
                if (METHODS.contains(operation.getKey())
                        && operation.getValue() instanceof ObjectNode described) {
                    declare(place.group(1), described.withArray("parameters"));
                }
            }
        }
    }

    private static void declare(String name, ArrayNode parameters) {
        for (var parameter : parameters) {
            if (parameter.path("in").asString().equals("path")
                    && parameter.path("name").asString().equals(name)) {
                return;
            }
        }
        var added = parameters.addObject();
        added.put("name", name).put("in", "path").put("required", true);
        added.putObject("schema").put("type", "string");
    }

    /// Whatever is refused, wherever, is told in the same form (RFC 9457).
    private void refuse(ObjectNode paths, ObjectNode components, ObjectNode schemas) {
        schemas.set("Problem", json.readTree(PROBLEM));
        var response = components.putObject("responses").putObject("Problem");
        response.put("description", "It was refused, or failed: docs/problems.md");
        response.putObject("content")
                .putObject("application/problem+json")
                .putObject("schema")
                .put("$ref", SCHEMAS + "Problem");
        for (var path : paths.values()) {
            for (var operation : path.properties()) {
                if (METHODS.contains(operation.getKey())
                        && operation.getValue() instanceof ObjectNode described) {
                    var responses = described.withObject("responses");
                    responses.putObject("default").put("$ref", "#/components/responses/Problem");
                }
            }
        }
    }

    private static Map<String, String> rename(
            String service, JsonNode document, ObjectNode schemas) {
        var renamed = new HashMap<String, String>();
        for (var schema : document.path("components").path("schemas").properties()) {
            var there = schemas.get(schema.getKey());
            if (there != null && !there.equals(schema.getValue())) {
                renamed.put(schema.getKey(), StringUtils.capitalize(service) + schema.getKey());
            }
        }
        return renamed;
    }

    private JsonNode withRefs(JsonNode node, Map<String, String> renamed) {
        if (node instanceof ObjectNode object) {
            var copy = json.createObjectNode();
            object.properties()
                    .forEach(p -> {
                        if (p.getKey().equals("$ref") && p.getValue() instanceof StringNode ref) {
                            copy.put("$ref", reference(ref.stringValue(), renamed));
                        } else {
                            copy.set(p.getKey(), withRefs(p.getValue(), renamed));
                        }
                    });
            return copy;
        }
        if (node instanceof ArrayNode array) {
            var copy = json.createArrayNode();
            array.forEach(item -> copy.add(withRefs(item, renamed)));
            return copy;
        }
        return node;
    }

    private static String reference(String ref, Map<String, String> renamed) {
        if (!ref.startsWith(SCHEMAS)) {
            return ref;
        }
        var name = ref.substring(SCHEMAS.length());
        return SCHEMAS + renamed.getOrDefault(name, name);
    }
}
