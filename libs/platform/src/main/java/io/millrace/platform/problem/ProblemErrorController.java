// SPDX-License-Identifier: Apache-2.0
package io.millrace.platform.problem;

import jakarta.servlet.RequestDispatcher;
import jakarta.servlet.http.HttpServletRequest;
import java.util.List;
import java.util.Locale;
import org.springframework.boot.webmvc.error.ErrorController;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.http.ProblemDetail;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;

/// Answers the error dispatch of the servlet container.
@RestController
final class ProblemErrorController implements ErrorController {

    @RequestMapping("${server.error.path:/error}")
    ResponseEntity<ProblemDetail> error(HttpServletRequest request) {
        var code = request.getAttribute(RequestDispatcher.ERROR_STATUS_CODE);
        var status = code instanceof Integer i ? HttpStatus.resolve(i) : null;
        if (status == null) {
            // asked for directly, not dispatched to
            status = HttpStatus.NOT_FOUND;
        }
        var uri = request.getAttribute(RequestDispatcher.ERROR_REQUEST_URI);
        var path = uri instanceof String s ? s : request.getRequestURI();
        var type = status.getReasonPhrase().toLowerCase(Locale.ROOT).replace(' ', '-');
        return ResponseEntity.status(status)
                .header("X-Content-Type-Options", "nosniff")
                .contentType(MediaType.APPLICATION_PROBLEM_JSON)
                .body(Problems.of(status, type, status.getReasonPhrase(), path, List.of()));
    }
}
