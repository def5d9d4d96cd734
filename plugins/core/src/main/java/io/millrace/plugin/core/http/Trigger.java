// SPDX-License-Identifier: Apache-2.0
package io.millrace.plugin.core.http;

import io.millrace.plugin.Default;
import io.millrace.plugin.Inline;
import io.millrace.plugin.Late;
import io.millrace.plugin.Plugin;
import io.millrace.plugin.PluginSettings;
import io.millrace.plugin.PollingTrigger;
import io.millrace.plugin.TaskContext;
import io.millrace.plugin.Title;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Sends an HTTP request now and then, and fires when the answer is the one that is waited for.
@Plugin(
        type = "io.kestra.plugin.core.http.Trigger",
        aliases = {"io.kestra.plugin.fs.http.Trigger"},
        title = "Start an execution when an HTTP request has an answer that is waited for")
public final class Trigger implements PollingTrigger<Trigger.Properties, Request.Outputs> {
    private final Request request = new Request();

    public record Properties(
            @Inline HttpCall call,
            @Title("Whether the body is left out of the outputs") @Default("false")
                    Boolean encryptBody,
            @Title("Whether it fires, of `response`: statusCode, headers, body")
                    @Default("{{ response.statusCode < 400 }}")
                    @Late
                    String responseCondition) {}

    @Override
    public void start(PluginSettings settings) {
        request.start(settings);
    }

    @Override
    public Optional<Request.Outputs> poll(Properties properties, TaskContext context)
            throws Exception {
        var answer = request.run(new Request.Properties(properties.call(), true, false), context);
        var response = answer.toMap();
        response.put("statusCode", answer.code());
        var seen = new LinkedHashMap<String, @Nullable Object>();
        seen.put("response", response);
        var condition = context.render(properties.responseCondition(), seen);
        if (!isTruthy(condition)) {
            context.log().debug("The answer is not the one that is waited for");
            return Optional.empty();
        }
        return Optional.of(
                properties.encryptBody()
                        ? new Request.Outputs(
                                answer.uri(), answer.code(), answer.headers(), null, null, null)
                        : answer);
    }

    private static boolean isTruthy(String rendered) {
        return switch (rendered.strip().toLowerCase(Locale.ROOT)) {
            case "", "false", "0", "-0", "null" -> false;
            default -> true;
        };
    }

    @Override
    public void close() {
        request.close();
    }
}
