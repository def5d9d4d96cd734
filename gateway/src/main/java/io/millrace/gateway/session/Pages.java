// SPDX-License-Identifier: Apache-2.0
package io.millrace.gateway.session;

import java.util.Collection;
import java.util.stream.Collectors;
import org.springframework.web.util.HtmlUtils;
import org.springframework.web.util.UriUtils;

/// The few pages that somebody sees who isn't signed in.
final class Pages {
    private static final String PAGE =
            """
            <!doctype html>
            <html lang="en"><head><meta charset="utf-8"><title>%s – Millrace</title>
            <meta name="viewport" content="width=device-width, initial-scale=1">
            <style>
            body{font:16px/1.5 system-ui,sans-serif;margin:12vh auto;max-width:26rem;padding:0 1rem;
            color:#1c2733;background:#f6f8fa}
            a.choice{display:block;margin:.75rem 0;padding:.75rem 1rem;border:1px solid #b9c4d0;
            border-radius:.4rem;background:#fff;color:inherit;text-decoration:none}
            a.choice:hover,a.choice:focus{border-color:#1f6feb}
            </style></head><body><main><h1>%s</h1>%s</main></body></html>
            """;

    private Pages() {}

    static String choice(Collection<IssuerClient> clients, String returnTo) {
        var links =
                clients.stream()
                        .map(c ->
                                "<a class=\"choice\" href=\"/ui/login?issuer=%s&amp;returnTo=%s\">%s</a>"
                                        .formatted(
                                                c.signIn().name(),
                                                UriUtils.encode(
                                                        returnTo,
                                                        java.nio.charset.StandardCharsets.UTF_8),
                                                HtmlUtils.htmlEscape(c.signIn().label())))
                        .collect(Collectors.joining());
        return PAGE.formatted("Sign in", "Sign in", "<nav>" + links + "</nav>");
    }

    static String failed(String why) {
        return PAGE.formatted(
                "Not signed in",
                "Not signed in",
                "<p>"
                        + HtmlUtils.htmlEscape(why)
                        + "</p><a class=\"choice\" href=\"/ui/login\">Sign in</a>");
    }
}
