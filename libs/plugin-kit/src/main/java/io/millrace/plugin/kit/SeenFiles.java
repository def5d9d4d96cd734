// SPDX-License-Identifier: Apache-2.0
package io.millrace.plugin.kit;

import io.millrace.plugin.Default;
import io.millrace.plugin.KeyValues;
import io.millrace.plugin.TaskContext;
import io.millrace.plugin.TaskFailedException;
import io.millrace.plugin.Title;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.type.TypeReference;
import tools.jackson.databind.json.JsonMapper;

/// Which files a trigger has reported: one that stays where it is starts an execution once for each
/// version of it. It is kept in the key-values of the trigger's namespace.
///
/// A trigger asks of each file that it finds whether it is [wanted][#wants], tells of those that it
/// [took][#took], and in the end [keeps][#keep] what it knows. A look that is repeated because its
/// worker died reports the same again.
public final class SeenFiles {

    /// What a trigger reports.
    public enum On {
        CREATE,
        UPDATE,
        CREATE_OR_UPDATE
    }

    /// What has become of a file.
    public enum Change {
        CREATE,
        UPDATE
    }

    /// What the author of a flow says about it.
    public record Options(
            @Title(
                            "What is reported: CREATE (files that weren't there before), UPDATE (those that were, and have changed) or CREATE_OR_UPDATE")
                    @Default("CREATE_OR_UPDATE")
                    On on,
            @Title(
                            "Key-value of the namespace that knows which files were seen; by default the ids of namespace, flow and trigger, joined by _")
                    @Nullable String stateKey,
            @Title("How long a file counts as seen; absent: for as long as it is there")
                    @Nullable Duration stateTtl) {

        /// @throws TaskFailedException if the key holds something else
        public SeenFiles read(TaskContext context) throws TaskFailedException {
            var run = context.taskRun();
            var key =
                    stateKey == null
                            ? String.join("_", run.namespace(), run.flowId(), run.taskId())
                            : stateKey;
            return new SeenFiles(this, key, context);
        }
    }

    /// @param lastSeenAt when it was first seen, or last changed
    /// @param reportedBy execution that the look starts which reported it; absent if none has, or
    ///   if it doesn't matter any more
    /// @param changeType as it was reported
    private record Entry(
            String uri,
            String version,
            Instant lastSeenAt,
            @Nullable String reportedBy,
            @Nullable Change changeType) {
        Entry settled() {
            return new Entry(uri, version, lastSeenAt, null, null);
        }
    }

    private final On on;
    private final String key;
    private final TaskContext context;
    private final String execution;
    private final Instant now = Instant.now().truncatedTo(ChronoUnit.SECONDS);
    private final Map<String, Entry> before = new HashMap<>();
    private final Map<String, Entry> after = new TreeMap<>();
    private final Map<String, Entry> wanted = new HashMap<>();

    private SeenFiles(Options options, String key, TaskContext context) throws TaskFailedException {
        this.on = options.on();
        this.key = key;
        this.context = context;
        this.execution = context.taskRun().executionId();
        var since = options.stateTtl() == null ? Instant.MIN : now.minus(options.stateTtl());
        for (var entry : stored()) {
            if (entry.lastSeenAt().isAfter(since)) {
                before.put(
                        entry.uri(),
                        execution.equals(entry.reportedBy()) ? entry : entry.settled());
            }
        }
    }

    private List<Entry> stored() throws TaskFailedException {
        var found = context.stores().keyValues().get(context.taskRun().namespace(), key);
        if (found.isEmpty()) {
            return List.of();
        }
        try {
            return JsonMapper.shared()
                    .convertValue(found.get().value(), new TypeReference<List<Entry>>() {});
        } catch (JacksonException e) {
            throw new TaskFailedException(
                    "Expected the files that were seen in the key-value '%s' but it holds something else"
                            .formatted(key),
                    e);
        }
    }

    /// Whether a file that is there is to be reported.
    ///
    /// @param uri what it is called, the same each time
    /// @param version another one when its content is
    public boolean wants(String uri, String version) {
        var known = before.get(uri);
        if (known != null) {
            after.put(uri, known);
        }
        var change = change(known, version);
        if (change == null) {
            after.put(
                    uri,
                    new Entry(uri, version, known == null ? now : known.lastSeenAt(), null, null));
            return false;
        }
        wanted.put(uri, new Entry(uri, version, now, execution, change));
        return true;
    }

    private @Nullable Change change(@Nullable Entry known, String version) {
        if (known == null) {
            return on == On.UPDATE ? null : Change.CREATE;
        }
        if (known.changeType() != null) {
            return known.changeType();
        }
        return on == On.CREATE || known.version().equals(version) ? null : Change.UPDATE;
    }

    /// A file that was wanted is reported.
    ///
    /// @param stays whether it is still where it was: if not, it is new when it comes again
    public Change took(String uri, boolean stays) {
        var entry = Objects.requireNonNull(wanted.get(uri), uri);
        if (stays) {
            after.put(uri, entry);
        } else {
            before.remove(uri);
            after.remove(uri);
        }
        return Objects.requireNonNull(entry.changeType());
    }

    /// Stores what is known now.
    ///
    /// @param all whether all files were asked for: the others are gone then
    public void keep(boolean all) throws TaskFailedException {
        if (!all) {
            before.forEach(after::putIfAbsent);
        }
        if (after.equals(before)) {
            return;
        }
        var value =
                JsonMapper.shared()
                        .convertValue(
                                List.copyOf(after.values()),
                                new TypeReference<List<Map<String, @Nullable Object>>>() {});
        value.forEach(entry -> entry.values().removeIf(Objects::isNull));
        context.stores()
                .keyValues()
                .put(
                        context.taskRun().namespace(),
                        key,
                        new KeyValues.Put(
                                KeyValues.Type.JSON,
                                value,
                                true,
                                null,
                                "Files that the trigger %s of %s has seen"
                                        .formatted(
                                                context.taskRun().taskId(),
                                                context.taskRun().flowId())));
    }
}
