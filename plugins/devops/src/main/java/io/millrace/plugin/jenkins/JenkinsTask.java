// SPDX-License-Identifier: Apache-2.0
package io.millrace.plugin.jenkins;

import io.millrace.plugin.PluginSettings;
import io.millrace.plugin.TaskContext;
import io.millrace.plugin.TaskFailedException;
import io.millrace.plugin.kit.ApiTask;
import io.millrace.plugin.kit.HttpApi;
import java.util.Arrays;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// What tasks share: the server, the user and the token.
abstract class JenkinsTask<P extends Record & JenkinsTask.Server, O extends Record>
        extends ApiTask<P, O> {

    interface Server {
        @Nullable String serverUrl();

        @Nullable String serverUri();

        @Nullable String username();

        @Nullable String apiToken();
    }

    @Override
    protected HttpApi open(P properties, PluginSettings settings, TaskContext context)
            throws TaskFailedException {
        var url = properties.serverUrl() == null ? properties.serverUri() : properties.serverUrl();
        if (url == null) {
            throw new TaskFailedException("Expected serverUrl");
        }
        var user = properties.username();
        var token = properties.apiToken();
        if ((user == null) != (token == null)) {
            throw new TaskFailedException("Expected both username and apiToken, or neither");
        }
        Map<String, String> headers =
                user == null || token == null
                        ? Map.of()
                        : Map.of("Authorization", HttpApi.basic(user, token));
        return new HttpApi("Jenkins", url, headers, null, settings, context);
    }

    /// @param job `folder/name`
    static String path(String job) {
        return Arrays.stream(job.strip().split("/"))
                .filter(part -> !part.isEmpty())
                .map(part -> "/job/" + HttpApi.segment(part))
                .collect(Collectors.joining());
    }
}
