// SPDX-License-Identifier: Apache-2.0
package io.millrace.plugin.kit;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.millrace.plugin.PluginSettings;
import io.millrace.plugin.TaskContext;
import io.millrace.plugin.TaskFailedException;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;

/// A token of OAuth 2.0 (RFC 6749): asked for when it is needed first, and anew before it ends. It
/// is concealed from the task's log and outputs.
public final class OAuthToken implements AutoCloseable {
    private static final Duration LASTS = Duration.ofHours(1);
    private static final Duration EARLY = Duration.ofMinutes(5);

    private final FileHttp http;
    private final Grant grant;
    private final TaskContext context;
    private String value = "";
    private Instant askAgain = Instant.MIN;

    /// What a token is given for.
    @FunctionalInterface
    public interface Grant {
        /// Asks for a token.
        ///
        /// @return the answer (RFC 6749, 5.1)
        String ask(FileHttp http) throws TaskFailedException, IOException, InterruptedException;

        /// Asks as most grants do: with a form.
        ///
        /// @param tokens where tokens are given
        static String post(FileHttp http, URI tokens, Map<String, String> form)
                throws TaskFailedException, IOException, InterruptedException {
            var call =
                    FileHttp.Call.of("POST", tokens)
                            .with("Content-Type", "application/x-www-form-urlencoded")
                            .with(HttpApi.encoded(form).getBytes(UTF_8))
                            .again();
            return http.send(call).orFail((_, text) -> "the account: " + why(text)).text();
        }
    }

    /// @param what who gives tokens, for messages
    public OAuthToken(String what, Grant grant, PluginSettings settings, TaskContext context) {
        this.http = new FileHttp(what, FileHttp.Call::headers, settings, context);
        this.grant = grant;
        this.context = context;
    }

    /// The token that is good now.
    ///
    /// @throws TaskFailedException if none is given
    public synchronized String get() throws TaskFailedException, InterruptedException {
        var now = Instant.now();
        if (now.isBefore(askAgain)) {
            return value;
        }
        try {
            var answer = read(grant.ask(http));
            var token = HttpApi.text(answer, "access_token");
            if (token == null || token.isBlank()) {
                throw new TaskFailedException("Expected a token for the account");
            }
            context.conceal(token);
            value = token;
            var lasts =
                    HttpApi.at(answer, "expires_in") instanceof Number seconds
                            ? Duration.ofSeconds(seconds.longValue())
                            : LASTS;
            askAgain = now.plus(lasts).minus(EARLY);
            return value;
        } catch (IOException e) {
            if (Thread.interrupted()) {
                throw new InterruptedException();
            }
            throw new TaskFailedException("No token is given: " + e.getMessage(), e);
        }
    }

    private static @Nullable Object read(String json) {
        try {
            return JsonMapper.shared().readValue(json, Map.class);
        } catch (JacksonException _) {
            // its message has a piece of the text, which may be a token
            return null;
        }
    }

    private static String why(String text) {
        var error = read(text);
        var said = HttpApi.text(error, "error_description");
        var code = HttpApi.text(error, "error");
        return said != null ? said.lines().findFirst().orElse("") : code == null ? "" : code;
    }

    @Override
    public void close() {
        http.close();
    }
}
