// SPDX-License-Identifier: Apache-2.0
package io.millrace.plugin.kafka;

import io.millrace.plugin.PluginSettings;
import io.millrace.plugin.TaskContext;
import io.millrace.plugin.TaskFailedException;
import io.millrace.plugin.avro.AvroValues;
import io.millrace.plugin.kit.JsonHttp;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.URLEncoder;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.HashMap;
import java.util.Map;
import org.apache.avro.AvroRuntimeException;
import org.apache.avro.Schema;
import org.apache.avro.SchemaParseException;
import org.apache.avro.generic.GenericDatumReader;
import org.apache.avro.generic.GenericDatumWriter;
import org.apache.avro.io.DecoderFactory;
import org.apache.avro.io.EncoderFactory;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// Values of Avro as Confluent's serializers write them, for one task: a zero, the number of the
/// schema in the registry, and the value.
///
/// @see <a
///   href="https://docs.confluent.io/platform/current/schema-registry/fundamentals/serdes-develop/index.html#wire-format">the
///   format</a>
/// @see <a href="https://docs.confluent.io/platform/current/schema-registry/develop/api.html">the
///   registry's API</a>
final class SchemaRegistry implements AutoCloseable {
    private static final int HEAD = 5;
    private static final int NOT_FOUND = 404;

    private final JsonHttp http;
    private final RegistryOptions options;
    private final Map<Integer, Schema> schemas = new HashMap<>();
    private final Map<String, Integer> ids = new HashMap<>();

    SchemaRegistry(PluginSettings settings, RegistryOptions options, TaskContext context) {
        options.warnOfUnknown(context);
        this.http = new JsonHttp(settings);
        this.options = options;
    }

    /// @throws TaskFailedException if it is none
    static Schema schema(@Nullable String text, String property) throws TaskFailedException {
        if (text == null) {
            throw new TaskFailedException("Expected a schema in `%s`".formatted(property));
        }
        try {
            return new Schema.Parser().parse(text);
        } catch (SchemaParseException e) {
            throw new TaskFailedException(
                    "Expected a schema of Avro in `%s`: %s".formatted(property, e.getMessage()), e);
        }
    }

    /// @param subject under which the schema is, such as `orders-value`
    /// @throws TaskFailedException if the value doesn't fit the schema, or the registry doesn't
    ///   know or want it
    byte[] write(@Nullable Object value, Schema schema, String subject)
            throws TaskFailedException, InterruptedException {
        int id = id(schema, subject);
        var bytes = new ByteArrayOutputStream();
        bytes.write(0);
        bytes.writeBytes(ByteBuffer.allocate(4).putInt(id).array());
        try {
            var encoder = EncoderFactory.get().binaryEncoder(bytes, null);
            new GenericDatumWriter<@Nullable Object>(schema)
                    .write(AvroValues.typed(value, schema, "value"), encoder);
            encoder.flush();
        } catch (AvroRuntimeException | IOException e) {
            throw new TaskFailedException("A message doesn't fit: " + e.getMessage(), e);
        }
        return bytes.toByteArray();
    }

    private int id(Schema schema, String subject) throws TaskFailedException, InterruptedException {
        var known = ids.get(subject);
        if (known != null) {
            return known;
        }
        boolean register = !"false".equals(options.text("auto.register.schemas"));
        var path = "/subjects/" + URLEncoder.encode(subject, StandardCharsets.UTF_8);
        var answer =
                ask(
                        "POST",
                        register ? path + "/versions" : path,
                        JsonMapper.shared()
                                .writeValueAsString(Map.of("schema", schema.toString())));
        if (answer.status() == NOT_FOUND && !register) {
            throw new TaskFailedException(
                    "The registry doesn't have the schema as '%s'".formatted(subject));
        }
        int id = json(answer).path("id").asInt(-1);
        if (id < 0) {
            throw new TaskFailedException("Expected the number of a schema from the registry");
        }
        ids.put(subject, id);
        return id;
    }

    /// What isn't written in this way is handed on as a text: it would come for ever.
    ///
    /// @throws TaskFailedException if the registry doesn't tell the schema
    @Nullable Object read(byte[] bytes) throws TaskFailedException, InterruptedException {
        if (bytes.length < HEAD || bytes[0] != 0) {
            return new String(bytes, StandardCharsets.UTF_8);
        }
        var schema = schema(ByteBuffer.wrap(bytes, 1, 4).getInt());
        try {
            var decoder =
                    DecoderFactory.get().binaryDecoder(bytes, HEAD, bytes.length - HEAD, null);
            var value = new GenericDatumReader<@Nullable Object>(schema).read(null, decoder);
            return AvroValues.plain(value, schema);
        } catch (AvroRuntimeException | IOException _) {
            return new String(bytes, StandardCharsets.UTF_8);
        }
    }

    private Schema schema(int id) throws TaskFailedException, InterruptedException {
        var known = schemas.get(id);
        if (known != null) {
            return known;
        }
        var answer = json(ask("GET", "/schemas/ids/" + id, null));
        if (!answer.path("references").isEmpty()
                || !answer.path("schemaType").asString("AVRO").equals("AVRO")) {
            throw new TaskFailedException(
                    "Expected a schema of Avro without references but %d is none".formatted(id));
        }
        var schema = schema(answer.path("schema").asString(""), "schema " + id);
        schemas.put(id, schema);
        return schema;
    }

    private JsonHttp.Answer ask(String method, String path, @Nullable String body)
            throws TaskFailedException, InterruptedException {
        var url = options.url();
        if (url == null) {
            throw new TaskFailedException("Expected `schema.registry.url` in `serdeProperties`");
        }
        var headers = new HashMap<String, String>();
        var user = options.text("basic.auth.user.info");
        var token = options.text("bearer.auth.token");
        if (user != null) {
            headers.put(
                    "Authorization",
                    "Basic "
                            + Base64.getEncoder()
                                    .encodeToString(user.getBytes(StandardCharsets.UTF_8)));
        } else if (token != null) {
            headers.put("Authorization", "Bearer " + token);
        }
        return http.send(method, url.strip().replaceAll("/+$", "") + path, headers, body);
    }

    private static JsonNode json(JsonHttp.Answer answer) throws TaskFailedException {
        try {
            return JsonMapper.shared().readTree(answer.orFail("The registry").body());
        } catch (JacksonException e) {
            throw new TaskFailedException("Expected JSON from the registry", e);
        }
    }

    @Override
    public void close() {
        http.close();
    }
}
