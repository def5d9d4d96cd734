// SPDX-License-Identifier: Apache-2.0
package io.millrace.execution.lane;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.millrace.contracts.Codec;
import io.millrace.engine.Attempt;
import io.millrace.engine.Batches;
import io.millrace.engine.Cursor;
import io.millrace.engine.Execution;
import io.millrace.engine.History;
import io.millrace.engine.Items;
import io.millrace.engine.Parent;
import io.millrace.engine.Phase;
import io.millrace.engine.Slot;
import io.millrace.engine.TaskRun;
import io.millrace.engine.TestRun;
import io.millrace.engine.Trigger;
import java.nio.charset.StandardCharsets;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.time.Instant;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// What the engine's records look like as columns.
public final class ExecutionColumns {
    private static final char UNIT_SEPARATOR = '\u001f';

    private ExecutionColumns() {}

    /// What never changes: written with the first version alone.
    record Request(
            @JsonInclude(JsonInclude.Include.NON_EMPTY)
                    @Nullable Map<String, @Nullable Object> inputs,
            @Nullable Trigger trigger,
            @Nullable Parent parent,
            @Nullable String originalId,
            String startedBy,
            @Nullable Instant scheduleDate,
            @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable TestRun test) {}

    /// What changes and no query looks at.
    @JsonInclude(JsonInclude.Include.NON_DEFAULT)
    record Moving(
            @Nullable Map<String, @Nullable Object> variables,
            @Nullable Instant wakeAt,
            @Nullable String error,
            boolean held,
            int paused,
            int halted,
            int retrying,
            boolean killed,
            boolean cascade,
            int attempt,
            int dispatch,
            boolean rendering,
            int nextOrdinal,
            @Nullable List<String> violated,
            @Nullable String cursor,
            @Nullable Integer parentDispatch,
            @Nullable List<String> breakpoints) {

        /// The parent, with the number of the sending that last asked for the execution.
        @Nullable Parent latest(@Nullable Parent parent) {
            return parent == null || parentDispatch == null
                    ? parent
                    : new Parent(
                            parent.executionId(),
                            parent.taskRun(),
                            parentDispatch,
                            parent.waits(),
                            orEmpty(parent.outputs()));
        }
    }

    static String request(Execution e) {
        return json(
                new Request(
                        e.inputs(),
                        e.trigger(),
                        e.parent(),
                        e.originalId().equals(e.id()) ? null : e.originalId(),
                        e.startedBy(),
                        e.scheduleDate(),
                        e.test()));
    }

    static String moving(Execution e) {
        return json(
                new Moving(
                        e.variables().isEmpty() ? null : e.variables(),
                        e.wakeAt(),
                        e.error(),
                        e.held(),
                        e.paused(),
                        e.halted(),
                        e.retrying(),
                        e.killed(),
                        e.cascade(),
                        e.attempt(),
                        e.dispatch(),
                        e.rendering(),
                        e.nextOrdinal(),
                        e.violated().isEmpty() ? null : e.violated(),
                        e.cursor().equals(Cursor.START) ? null : e.cursor().encode(),
                        e.parent() == null ? null : e.parent().dispatch(),
                        e.breakpoints().isEmpty() ? null : e.breakpoints()));
    }

    /// @return key, unit separator, value; ready for a `text[]`
    static String[] labels(Map<String, String> labels) {
        return labels.entrySet().stream()
                .map(label -> label(label.getKey(), label.getValue()))
                .toArray(String[]::new);
    }

    /// One element of the column `labels`.
    public static String label(String key, String value) {
        return clean(key + UNIT_SEPARATOR + value);
    }

    /// Reads columns of `executions`.
    public static Execution execution(ResultSet row) throws SQLException {
        var id = row.getString("id");
        var request = read(row.getString("request"), Request.class);
        var moving = read(row.getString("moving"), Moving.class);
        var slot = row.getString("slot");
        return new Execution(
                id,
                row.getString("tenant"),
                row.getString("namespace"),
                row.getString("flow_id"),
                row.getInt("revision"),
                orEmpty(request.inputs()),
                labels(row.getArray("labels")),
                orEmpty(moving.variables()),
                map(row.getString("outputs")),
                request.trigger(),
                moving.latest(request.parent()),
                row.getString("replay_of"),
                request.originalId() == null ? id : request.originalId(),
                moving.attempt(),
                request.startedBy(),
                History.parse(row.getString("history")),
                request.scheduleDate(),
                moving.wakeAt(),
                moving.error(),
                slot == null ? Slot.NONE : Slot.valueOf(slot),
                moving.held(),
                moving.paused(),
                moving.halted(),
                moving.retrying(),
                moving.killed(),
                moving.cascade(),
                moving.dispatch(),
                moving.rendering(),
                moving.nextOrdinal(),
                moving.violated() == null ? List.of() : moving.violated(),
                moving.cursor() == null ? Cursor.START : Cursor.parse(moving.cursor()),
                request.test(),
                moving.breakpoints() == null ? List.of() : moving.breakpoints());
    }

    public static Map<String, String> labels(java.sql.Array column) throws SQLException {
        var labels = new LinkedHashMap<String, String>();
        for (var label : (String[]) column.getArray()) {
            int at = label.indexOf(UNIT_SEPARATOR);
            labels.put(label.substring(0, at), label.substring(at + 1));
        }
        return labels;
    }

    /// Reads columns of `task_runs`.
    public static TaskRun taskRun(ResultSet row) throws SQLException {
        var cursor = row.getString("cursor");
        var attempts = row.getString("attempts");
        var rendered = row.getString("rendered");
        var items = row.getString("items");
        var batches = row.getString("batches");
        return new TaskRun(
                row.getInt("ordinal"),
                row.getString("task_id"),
                row.getInt("parent"),
                row.getInt("iteration"),
                row.getString("value"),
                History.parse(row.getString("history")),
                attempts == null ? List.of() : Arrays.asList(read(attempts, Attempt[].class)),
                Phase.valueOf(row.getString("phase")),
                row.getInt("dispatch"),
                instantOf(row, "since"),
                instant(row, "wake_at"),
                row.getString("worker_id"),
                map(row.getString("outputs")),
                row.getString("outputs_uri"),
                row.getString("error"),
                rendered == null ? null : map(rendered),
                cursor == null ? null : Cursor.parse(cursor),
                items == null ? null : new Items(Arrays.asList(read(items, String[].class))),
                batches == null ? null : Batches.parse(batches));
    }

    static @Nullable String jsonOrNull(@Nullable Map<String, @Nullable Object> map) {
        return map == null || map.isEmpty() ? null : json(map);
    }

    /// JSON that PostgreSQL can store, which has no room for the character 0.
    public static String json(Object value) {
        var text = new String(Codec.encode(value), StandardCharsets.UTF_8);
        return text.contains("\\u0000") ? text.replace("\\u0000", "") : text;
    }

    /// Text that PostgreSQL can store.
    public static String clean(String text) {
        return text.indexOf('\0') < 0 ? text : text.replace("\0", "");
    }

    static @Nullable String cleanOrNull(@Nullable String text) {
        return text == null ? null : clean(text);
    }

    public static <T> T read(String json, Class<T> type) {
        return Codec.decode(json.getBytes(StandardCharsets.UTF_8), type);
    }

    @SuppressWarnings("unchecked")
    public static Map<String, @Nullable Object> map(@Nullable String json) {
        if (json == null) {
            return Map.of();
        }
        return read(json, LinkedHashMap.class);
    }

    public static @Nullable Instant instant(ResultSet row, String column) throws SQLException {
        var timestamp = row.getTimestamp(column);
        return timestamp == null ? null : timestamp.toInstant();
    }

    public static Instant instantOf(ResultSet row, String column) throws SQLException {
        Timestamp timestamp = row.getTimestamp(column);
        return timestamp.toInstant();
    }

    private static Map<String, @Nullable Object> orEmpty(
            @Nullable Map<String, @Nullable Object> map) {
        if (map == null) {
            return Map.of();
        }
        return map;
    }
}
