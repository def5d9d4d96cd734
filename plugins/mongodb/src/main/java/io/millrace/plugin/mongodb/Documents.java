// SPDX-License-Identifier: Apache-2.0
package io.millrace.plugin.mongodb;

import com.mongodb.client.MongoIterable;
import io.millrace.plugin.TaskContext;
import io.millrace.plugin.TaskFailedException;
import io.millrace.plugin.kit.FetchType;
import io.millrace.plugin.kit.Rows;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.bson.BsonDocument;
import org.bson.BsonInvalidOperationException;
import org.bson.BsonValue;
import org.bson.Document;
import org.bson.json.Converter;
import org.bson.json.JsonMode;
import org.bson.json.JsonParseException;
import org.bson.json.JsonWriterSettings;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.json.JsonMapper;

/// Between documents and JSON. What is read may be MongoDB's extended JSON (`{"$oid": …}`); what is
/// written is plain: ids and times as texts.
final class Documents {
    private static final JsonWriterSettings PLAIN =
            JsonWriterSettings.builder()
                    .outputMode(JsonMode.RELAXED)
                    .objectIdConverter((id, writer) -> writer.writeString(id.toHexString()))
                    .dateTimeConverter(
                            (Converter<Long>)
                                    (time, writer) ->
                                            writer.writeString(
                                                    java.time.Instant.ofEpochMilli(time)
                                                            .toString()))
                    .decimal128Converter((d, writer) -> writer.writeString(d.toString()))
                    .int64Converter((n, writer) -> writer.writeNumber(Long.toString(n)))
                    .binaryConverter((b, writer) ->
                            writer.writeString(
                                    java.util.Base64.getEncoder().encodeToString(b.getData())))
                    .build();

    private Documents() {}

    @SuppressWarnings("unchecked") // a document is an object of JSON
    static Map<String, @Nullable Object> plain(Document document) {
        return (Map<String, @Nullable Object>)
                JsonMapper.shared().readValue(document.toJson(PLAIN), LinkedHashMap.class);
    }

    /// An id as a text, whatever it is of.
    static @Nullable String id(@Nullable BsonValue id) {
        if (id == null) {
            return null;
        }
        var plain = plain(new Document("id", id)).get("id");
        return plain instanceof Map<?, ?> || plain instanceof List<?>
                ? JsonMapper.shared().writeValueAsString(plain)
                : String.valueOf(plain);
    }

    /// What is found, in an output or, to be stored, in a file.
    static Rows.Result fetch(MongoIterable<Document> found, boolean store, TaskContext context)
            throws Exception {
        try (var rows = new Rows(context, store ? FetchType.STORE : FetchType.FETCH);
                var cursor = found.iterator()) {
            while (cursor.hasNext()) {
                rows.add(plain(cursor.next()));
            }
            return rows.finish();
        }
    }

    /// A document of a property: an object, or its JSON.
    static Document read(@Nullable Object given) throws TaskFailedException {
        if (given == null) {
            return new Document();
        }
        var json =
                given instanceof String text ? text : JsonMapper.shared().writeValueAsString(given);
        try {
            return Document.parse(json);
        } catch (JsonParseException | BsonInvalidOperationException e) {
            throw new TaskFailedException("Expected a document: " + e.getMessage(), e);
        }
    }

    static @Nullable BsonDocument optional(@Nullable Object given) throws TaskFailedException {
        return given == null ? null : read(given).toBsonDocument();
    }

    static List<Document> list(@Nullable Object given) throws TaskFailedException {
        var value = given;
        if (given instanceof String text) {
            value = Document.parse("{\"list\": %s}".formatted(text)).get("list");
        }
        if (!(value instanceof List<?> list)) {
            throw new TaskFailedException("Expected a list of documents");
        }
        var documents = new ArrayList<Document>();
        for (var element : list) {
            documents.add(element instanceof Document d ? d : read(element));
        }
        return documents;
    }
}
