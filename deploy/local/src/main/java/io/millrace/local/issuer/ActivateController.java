// SPDX-License-Identifier: Apache-2.0
package io.millrace.local.issuer;

import jakarta.servlet.http.HttpServletRequest;
import org.springframework.http.MediaType;
import org.springframework.security.web.csrf.CsrfToken;
import org.springframework.stereotype.Controller;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.ResponseBody;
import org.springframework.web.util.HtmlUtils;

/// The page on which a signed-in user types the code that a device shows.
@Controller
class ActivateController {
    static final String PATH = "/activate";

    @GetMapping(path = PATH, produces = MediaType.TEXT_HTML_VALUE)
    @ResponseBody
    String page(
            @RequestParam(name = "user_code", defaultValue = "") String userCode,
            HttpServletRequest request,
            CsrfToken csrf) {
        return """
        <!doctype html>
        <html lang="en"><head><meta charset="utf-8"><title>Millrace</title></head>
        <body><form method="post" action="%s/oauth2/device_verification">
        <label>Code <input name="user_code" value="%s" autofocus></label>
        <input type="hidden" name="%s" value="%s"><button>Allow</button>
        </form></body></html>
        """
                .formatted(
                        request.getContextPath(),
                        HtmlUtils.htmlEscape(userCode),
                        HtmlUtils.htmlEscape(csrf.getParameterName()),
                        HtmlUtils.htmlEscape(csrf.getToken()));
    }

    /// Where the protocol sends the user after the code was accepted.
    @GetMapping(path = "/", produces = MediaType.TEXT_PLAIN_VALUE)
    @ResponseBody
    String done() {
        return "You are signed in. This page can be closed.";
    }
}
