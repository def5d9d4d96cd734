// SPDX-License-Identifier: Apache-2.0
package io.millrace.plugin.kafka;

import io.millrace.plugin.TaskFailedException;
import io.millrace.plugin.kit.ExactJson;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;

/// What the bytes of a key or a value mean.
public enum Serde {
    STRING,
    JSON,
    INTEGER,
    LONG,
    FLOAT,
    DOUBLE,
    UUID,
    SHORT,
    /// In Base64 where texts are wanted.
    BYTE_ARRAY,
    BYTE_BUFFER,
    BYTES,
    /// Nothing.
    VOID,
    /// With a schema of a [registry][SchemaRegistry].
    AVRO;

    byte @Nullable [] write(@Nullable Object value) throws TaskFailedException {
        if (value == null) {
            return null;
        }
        var text = value instanceof String s ? s : JsonMapper.shared().writeValueAsString(value);
        try {
            return switch (this) {
                case STRING -> text.getBytes(StandardCharsets.UTF_8);
                case UUID ->
                        java.util.UUID.fromString(text).toString().getBytes(StandardCharsets.UTF_8);
                case JSON -> JsonMapper.shared().writeValueAsBytes(value);
                case SHORT -> ByteBuffer.allocate(2).putShort(Short.parseShort(text)).array();
                case INTEGER -> ByteBuffer.allocate(4).putInt(Integer.parseInt(text)).array();
                case LONG -> ByteBuffer.allocate(8).putLong(Long.parseLong(text)).array();
                case FLOAT -> ByteBuffer.allocate(4).putFloat(Float.parseFloat(text)).array();
                case DOUBLE -> ByteBuffer.allocate(8).putDouble(Double.parseDouble(text)).array();
                case BYTE_ARRAY, BYTE_BUFFER, BYTES -> Base64.getDecoder().decode(text);
                case VOID -> throw new IllegalArgumentException("there is one");
                case AVRO -> throw new IllegalStateException("Avro needs a registry");
            };
        } catch (IllegalArgumentException e) {
            throw new TaskFailedException(
                    this == VOID
                            ? "Expected no key or value where its serializer is VOID"
                            : "Expected a value of %s: %s".formatted(this, e.getMessage()),
                    e);
        }
    }

    @Nullable Object read(byte @Nullable [] bytes, SchemaRegistry registry)
            throws TaskFailedException, InterruptedException {
        return this == AVRO && bytes != null ? registry.read(bytes) : read(bytes);
    }

    /// What doesn't fit is handed on as a text: it would come for ever.
    @Nullable Object read(byte @Nullable [] bytes) {
        if (bytes == null) {
            return null;
        }
        var text = new String(bytes, StandardCharsets.UTF_8);
        return switch (this) {
            case STRING, UUID -> text;
            case JSON -> json(text);
            case SHORT -> bytes.length == 2 ? (Object) ByteBuffer.wrap(bytes).getShort() : text;
            case INTEGER -> bytes.length == 4 ? (Object) ByteBuffer.wrap(bytes).getInt() : text;
            case LONG -> bytes.length == 8 ? (Object) ByteBuffer.wrap(bytes).getLong() : text;
            case FLOAT -> bytes.length == 4 ? (Object) ByteBuffer.wrap(bytes).getFloat() : text;
            case DOUBLE -> bytes.length == 8 ? (Object) ByteBuffer.wrap(bytes).getDouble() : text;
            case BYTE_ARRAY, BYTE_BUFFER, BYTES -> Base64.getEncoder().encodeToString(bytes);
            case VOID -> null;
            case AVRO -> throw new IllegalStateException("Avro needs a registry");
        };
    }

    private static @Nullable Object json(String text) {
        try {
            return ExactJson.read(text);
        } catch (JacksonException _) {
            return text;
        }
    }
}
