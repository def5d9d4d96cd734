// SPDX-License-Identifier: Apache-2.0
package io.millrace.platform.identity;

import io.millrace.platform.problem.Problems;
import io.millrace.platform.problem.ServiceException;
import jakarta.servlet.http.HttpServletRequest;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;
import org.springframework.http.ResponseEntity;
import org.springframework.security.web.firewall.RequestRejectedException;
import org.springframework.web.bind.annotation.ExceptionHandler;
import org.springframework.web.bind.annotation.RestControllerAdvice;

/// The firewall looks at parameters when a controller reads them: what it rejects is the request's
/// fault.
@RestControllerAdvice
@Order(Ordered.HIGHEST_PRECEDENCE)
final class RejectedParameters {

    @ExceptionHandler
    ResponseEntity<Object> handle(RequestRejectedException e, HttpServletRequest request) {
        var problem = new ServiceException.Malformed("Expected parameters that can be read");
        return ResponseEntity.status(Problems.status(problem))
                .body(Problems.of(problem, request.getRequestURI()));
    }
}
