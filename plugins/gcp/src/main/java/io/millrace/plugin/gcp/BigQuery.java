// SPDX-License-Identifier: Apache-2.0
package io.millrace.plugin.gcp;

import io.millrace.plugin.TaskContext;
import io.millrace.plugin.TaskFailedException;
import io.millrace.plugin.kit.Cancelling;
import io.millrace.plugin.kit.FetchType;
import io.millrace.plugin.kit.FileHttp;
import io.millrace.plugin.kit.HttpApi;
import io.millrace.plugin.kit.Rows;
import java.io.IOException;
import java.net.URI;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/// Jobs of BigQuery in a project ("BigQuery API v2"). One that a task waits for is cancelled with
/// it.
final class BigQuery {
    private static final int PAGE = 10_000;
    private static final int ALREADY_THERE = 409;
    private static final long FIRST_PAUSE_MILLIS = 200;
    private static final long LONGEST_PAUSE_MILLIS = 3_000;

    private final GoogleApi api;
    private final String project;
    private final TaskContext context;

    BigQuery(GoogleApi api, String project, TaskContext context) {
        this.api = api;
        this.project = project;
        this.context = context;
    }

    /// Where tables are that name none.
    String project() {
        return project;
    }

    /// A job that has ended well.
    ///
    /// @param location where it ran, if that was said
    /// @param about what BigQuery says of it
    record Job(String id, @Nullable String location, Map<?, ?> about) {
        long number(String... path) {
            var text = HttpApi.text(about, path);
            return text == null ? 0 : Long.parseLong(text);
        }
    }

    private String jobs() {
        return "/bigquery/v2/projects/%s/jobs".formatted(HttpApi.segment(project));
    }

    /// A job as it is known before it has begun: by an id of ours, so that one that is asked for
    /// twice runs once.
    private final class Begun {
        private final String id = "millrace_" + UUID.randomUUID().toString().replace('-', '_');

        /// Where it runs; read by who cancels it, too.
        private volatile @Nullable String location;

        Begun(@Nullable String location) {
            this.location = location;
        }

        Map<String, Object> body(Map<String, Object> configuration) {
            var reference = new LinkedHashMap<String, Object>();
            reference.put("projectId", project);
            reference.put("jobId", id);
            Writing.put(reference, "location", location);
            return Map.of("jobReference", reference, "configuration", configuration);
        }

        private URI uri(String more, Map<String, String> query) throws TaskFailedException {
            return api.uri(jobs() + "/" + id + more, with(location, query));
        }

        TaskContext.Registration endsWithTheTask() {
            return Cancelling.calls(this::cancelled, context);
        }

        private int cancelled() throws TaskFailedException, IOException, InterruptedException {
            var cancel = FileHttp.Call.of("POST", uri("/cancel", Map.of())).again();
            try (var http = api.another().get();
                    var answer = http.send(cancel)) {
                return answer.status();
            }
        }

        /// @param said what BigQuery says of it
        Job ended(Map<?, ?> said) throws TaskFailedException, IOException, InterruptedException {
            var where = HttpApi.text(said, "jobReference", "location");
            if (where != null) {
                location = where;
            }
            var job = said;
            long pause = FIRST_PAUSE_MILLIS;
            while (!"DONE".equals(HttpApi.text(job, "status", "state"))) {
                Thread.sleep(pause);
                pause = Math.min(2 * pause, LONGEST_PAUSE_MILLIS);
                job = api.json(FileHttp.Call.of("GET", uri("", Map.of())));
            }
            var error = HttpApi.text(job, "status", "errorResult", "message");
            if (error != null) {
                if (HttpApi.at(job, "status", "errors") instanceof List<?> all) {
                    all.forEach(one ->
                            context.log().error(String.valueOf(HttpApi.text(one, "message"))));
                }
                throw new TaskFailedException("BigQuery's job failed: " + error);
            }
            return new Job(id, location, job);
        }
    }

    private static Map<String, String> with(@Nullable String location, Map<String, String> query) {
        var all = new LinkedHashMap<>(query);
        if (location != null) {
            all.put("location", location);
        }
        return all;
    }

    /// Runs a job to its end.
    ///
    /// @param configuration what it does
    /// @throws TaskFailedException if it fails
    Job run(Map<String, Object> configuration, @Nullable String location)
            throws TaskFailedException, IOException, InterruptedException {
        var begun = new Begun(location);
        var begin = GoogleApi.post(api.uri(jobs(), Map.of()), begun.body(configuration)).again();
        try (var _ = begun.endsWithTheTask();
                var answer = api.send(begin)) {
            var said =
                    answer.status() == ALREADY_THERE
                            ? Map.of() // it was asked for twice since no answer came
                            : GoogleApi.object(GoogleApi.good(answer).text());
            return begun.ended(said);
        }
    }

    /// The same with a file that the job loads.
    Job run(Map<String, Object> configuration, @Nullable String location, URI file)
            throws TaskFailedException, IOException, InterruptedException {
        var begun = new Begun(location);
        try (var _ = begun.endsWithTheTask()) {
            return begun.ended(
                    api.upload("/upload" + jobs(), begun.body(configuration), file, context));
        }
    }

    /// The rows that a query has found, page by page.
    Rows.Result rows(Job job, FetchType type)
            throws TaskFailedException, IOException, InterruptedException {
        var path =
                "/bigquery/v2/projects/%s/queries/%s".formatted(HttpApi.segment(project), job.id());
        try (var rows = new Rows(context, type)) {
            var token = type == FetchType.NONE ? null : "";
            while (token != null) {
                var query = new LinkedHashMap<String, String>();
                query.put("maxResults", String.valueOf(PAGE));
                query.put("formatOptions.useInt64Timestamp", "true");
                if (!token.isEmpty()) {
                    query.put("pageToken", token);
                }
                var page =
                        api.json(
                                FileHttp.Call.of(
                                        "GET", api.uri(path, with(job.location(), query))));
                token = HttpApi.text(page, "pageToken");
                var fields = HttpApi.at(page, "schema", "fields");
                if (page.get("rows") instanceof List<?> found) {
                    for (var row : found) {
                        if (!rows.add(TableRows.row(fields, row))) {
                            return rows.finish();
                        }
                    }
                }
            }
            return rows.finish();
        }
    }
}
