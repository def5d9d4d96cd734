// SPDX-License-Identifier: Apache-2.0
package io.millrace.gateway.ui;

import io.millrace.platform.problem.ServiceException;
import io.swagger.v3.oas.annotations.Hidden;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.springframework.http.HttpHeaders;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;

/// Serves the UI at `/ui`. A path that names no file is a place within it, and gets its first page;
/// what bears a hash in its name is kept by browsers for good, the first page is asked for again.
@Hidden
@RestController
class UiController {
    private static final String ROOT = "/ui/";

    /// Answered by others, or by nobody: never with a page.
    private static final Set<String> NO_PAGES = Set.of("session", "login", "logout", "callback");

    private static final List<String> FOLDERS = List.of("assets/", "embed/");

    private static final Map<String, String> TYPES =
            Map.of(
                    "html", "text/html;charset=utf-8",
                    "js", "text/javascript;charset=utf-8",
                    "css", "text/css;charset=utf-8",
                    "svg", "image/svg+xml",
                    "json", "application/json",
                    "woff2", "font/woff2",
                    "png", "image/png");

    private final UiFiles files;

    UiController(UiFiles files) {
        this.files = files;
    }

    @GetMapping({"/ui", "/ui/**"})
    void file(HttpServletRequest request, HttpServletResponse response) throws IOException {
        var path = request.getRequestURI();
        var name = path.startsWith(ROOT) ? path.substring(ROOT.length()) : "";
        var file =
                files.find(name)
                        .or(() -> isPlace(name) ? files.find(UiFiles.INDEX) : Optional.empty())
                        .orElseThrow(() -> new ServiceException.NotFound("Not Found: " + path));
        var etag = "\"" + file.hash() + "\"";
        response.setHeader(HttpHeaders.ETAG, etag);
        response.setHeader(HttpHeaders.VARY, HttpHeaders.ACCEPT_ENCODING);
        response.setHeader(
                HttpHeaders.CACHE_CONTROL,
                file.immutable() ? "public, max-age=31536000, immutable" : "no-cache");
        if (etag.equals(request.getHeader(HttpHeaders.IF_NONE_MATCH))) {
            response.setStatus(HttpServletResponse.SC_NOT_MODIFIED);
            return;
        }
        var accepted = request.getHeader(HttpHeaders.ACCEPT_ENCODING);
        var encoding = file.bestEncoding(accepted == null ? "" : accepted);
        if (!encoding.isEmpty()) {
            response.setHeader(HttpHeaders.CONTENT_ENCODING, encoding);
        }
        var content = files.content(file, encoding);
        response.setContentType(type(file.name()));
        response.setContentLength(content.length);
        response.getOutputStream().write(content);
    }

    /// Whether a path may stand for a place within the UI: names of flows have dots, so it is not
    /// for the last part to decide; files lie in folders of their own.
    private static boolean isPlace(String name) {
        return FOLDERS.stream().noneMatch(name::startsWith) && !NO_PAGES.contains(name);
    }

    private static String type(String name) {
        return TYPES.getOrDefault(
                name.substring(name.lastIndexOf('.') + 1), "application/octet-stream");
    }
}
