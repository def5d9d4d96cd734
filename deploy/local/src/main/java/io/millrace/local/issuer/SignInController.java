// SPDX-License-Identifier: Apache-2.0
package io.millrace.local.issuer;

import jakarta.servlet.http.HttpServletRequest;
import java.util.stream.Collectors;
import org.springframework.http.MediaType;
import org.springframework.security.web.csrf.CsrfToken;
import org.springframework.stereotype.Controller;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.ResponseBody;
import org.springframework.web.util.HtmlUtils;

/// The page on which a user of the development issuer signs in. It says who there is: nobody should
/// take it for one that guards something.
@Controller
class SignInController {
    static final String PATH = "/login";

    @GetMapping(path = PATH, produces = MediaType.TEXT_HTML_VALUE)
    @ResponseBody
    String page(
            @RequestParam(name = "error", required = false) String error,
            HttpServletRequest request,
            CsrfToken csrf) {
        var users =
                DevUser.ALL.stream()
                        .map(u -> "<li><b>%s</b> (%s)</li>".formatted(u.name(), u.group()))
                        .collect(Collectors.joining());
        return """
        <!doctype html>
        <html lang="en"><head><meta charset="utf-8"><title>Sign in – Millrace development issuer</title>
        <meta name="viewport" content="width=device-width, initial-scale=1">
        <style>
        body{font:16px/1.5 system-ui,sans-serif;margin:10vh auto;max-width:24rem;padding:0 1rem;
        color:#1c2733;background:#f6f8fa}
        label,input,button{display:block;width:100%%;box-sizing:border-box}
        input{margin:.25rem 0 1rem;padding:.5rem;border:1px solid #8b98a5;border-radius:.3rem;font:inherit}
        button{padding:.6rem;border:0;border-radius:.3rem;background:#1f6feb;color:#fff;font:inherit}
        .error{color:#b42318}small{color:#4a5763}
        </style></head>
        <body><main><h1>Sign in</h1>%s
        <form method="post" action="%s%s">
        <label>User <input name="username" autocomplete="username" required autofocus></label>
        <label>Password <input name="password" type="password" autocomplete="current-password" required></label>
        <input type="hidden" name="%s" value="%s"><button>Sign in</button></form>
        <small><p>This issuer is for development. Its users:</p><ul>%s</ul>
        <p>Their passwords: <code>./millrace status</code></p></small></main></body></html>
        """
                .formatted(
                        error == null
                                ? ""
                                : "<p class=\"error\" role=\"alert\">User or password is wrong.</p>",
                        request.getContextPath(),
                        PATH,
                        HtmlUtils.htmlEscape(csrf.getParameterName()),
                        HtmlUtils.htmlEscape(csrf.getToken()),
                        users);
    }
}
