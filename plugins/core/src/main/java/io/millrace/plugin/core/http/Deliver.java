// SPDX-License-Identifier: Apache-2.0
package io.millrace.plugin.core.http;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;

import io.millrace.plugin.Plugin;
import io.millrace.plugin.PluginSettings;
import io.millrace.plugin.TaskContext;
import io.millrace.plugin.TaskFailedException;
import io.millrace.plugin.TaskPlugin;
import io.millrace.plugin.Title;
import io.millrace.plugin.kit.EgressPolicy;
import java.io.IOException;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;

/// Posts a CloudEvent, signed as webhooks of Millrace ask for it: `X-Millrace-Signature` is
/// `t=<seconds>,v1=<hex>`, the HMAC-SHA256 of the seconds, a dot, and the body.
@Plugin(type = "io.millrace.plugin.core.webhook.Deliver", title = "Post a signed CloudEvent")
public final class Deliver implements TaskPlugin<Deliver.Properties, Deliver.Outputs> {
    private static final String HMAC = "HmacSHA256";
    private static final Duration ANSWERS_WITHIN = Duration.ofSeconds(30);

    private final InstantSource clock;
    private HttpCaller http = new HttpCaller(EgressPolicy.of(new PluginSettings(Map.of())));

    public Deliver() {
        this(InstantSource.system());
    }

    Deliver(InstantSource clock) {
        this.clock = clock;
    }

    public record Properties(
            @Title("URI") String uri,
            @Title("The CloudEvent, as JSON") String event,
            @Title("Key that signs; no signature if absent") @Nullable String key) {}

    public record Outputs(@Title("Status code") int code) {}

    @Override
    public void start(PluginSettings settings) {
        http.close();
        http = new HttpCaller(EgressPolicy.of(settings));
    }

    @Override
    public Outputs run(Properties properties, TaskContext context) throws Exception {
        var body = properties.event().getBytes(UTF_8);
        var headers = new LinkedHashMap<String, String>();
        // who is sent an event twice can tell
        headers.put("Idempotency-Key", id(body));
        if (properties.key() != null) {
            headers.put("X-Millrace-Signature", signature(properties.key(), body));
        }
        var within = Objects.requireNonNullElse(context.timeout(), ANSWERS_WITHIN);
        var options =
                new HttpOptions(
                        new HttpOptions.Timeouts(null, within),
                        null,
                        null,
                        null,
                        null,
                        null,
                        null,
                        null,
                        // a receiver that moved says so to its owner
                        false,
                        true,
                        null,
                        "UTF-8",
                        null);
        var answer =
                http.send(
                        new HttpCall(
                                properties.uri(),
                                "POST",
                                properties.event(),
                                null,
                                "application/cloudevents+json; charset=UTF-8",
                                headers,
                                null,
                                options),
                        context);
        // what it says is of no use here
        answer.body().close();
        int code = answer.statusCode();
        if (code < 200 || code >= 300) {
            throw new TaskFailedException("The receiver answered " + code, Map.of("code", code));
        }
        return new Outputs(code);
    }

    private static String id(byte[] event) throws TaskFailedException, IOException {
        try {
            var id = JsonMapper.shared().readTree(event).path("id").asString("");
            if (!id.isEmpty()) {
                return id;
            }
        } catch (JacksonException _) {
            // told below
        }
        throw new TaskFailedException("Expected a CloudEvent with an id in `event`");
    }

    private String signature(String key, byte[] body) throws GeneralSecurityException {
        var seconds = Long.toString(clock.instant().getEpochSecond());
        var mac = Mac.getInstance(HMAC);
        mac.init(new SecretKeySpec(key.getBytes(UTF_8), HMAC));
        mac.update((seconds + ".").getBytes(US_ASCII));
        return "t=" + seconds + ",v1=" + HexFormat.of().formatHex(mac.doFinal(body));
    }

    @Override
    public void close() {
        http.close();
    }
}
