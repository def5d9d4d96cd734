// SPDX-License-Identifier: Apache-2.0
package io.millrace.worker.service;

import io.millrace.plugin.ExecutionLogs;
import io.millrace.plugin.TaskFailedException;
import io.millrace.worker.service.StoreServices.Calls;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// The log lines of the execution-service, page by page.
record RemoteLogs(Calls calls) implements ExecutionLogs {
    private static final int PAGE = 2000;

    private record Question(Selection selection, long offset, int limit) {}

    private record Page(List<Map<String, @Nullable Object>> lines) {}

    @Override
    public long fetch(Selection selection, Sink sink) throws IOException, TaskFailedException {
        long count = 0;
        Page page;
        do {
            page = calls.post("logs/read", new Question(selection, count, PAGE), Page.class);
            for (Map<String, @Nullable Object> line : page.lines()) {
                sink.accept(line);
            }
            count += page.lines().size();
        } while (page.lines().size() == PAGE);
        return count;
    }
}
