// SPDX-License-Identifier: Apache-2.0
package io.millrace.platform.problem;

import jakarta.servlet.http.HttpServletRequest;
import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;
import org.springframework.dao.DataAccessResourceFailureException;
import org.springframework.dao.OptimisticLockingFailureException;
import org.springframework.dao.TransientDataAccessException;
import org.springframework.http.ProblemDetail;
import org.springframework.http.ResponseEntity;
import org.springframework.transaction.CannotCreateTransactionException;
import org.springframework.web.bind.annotation.ExceptionHandler;
import org.springframework.web.bind.annotation.RestControllerAdvice;

/// A database that is away, or that a request lost a race in, is worth another try.
@RestControllerAdvice
@Order(Ordered.HIGHEST_PRECEDENCE)
public class DatabaseProblemAdvice {
    private static final Logger log = LoggerFactory.getLogger(DatabaseProblemAdvice.class);

    @ExceptionHandler
    ResponseEntity<ProblemDetail> handle(
            OptimisticLockingFailureException e, HttpServletRequest request) {
        return answer(
                new ServiceException.Conflict("Somebody else has changed it meanwhile"), request);
    }

    @ExceptionHandler({
        DataAccessResourceFailureException.class,
        TransientDataAccessException.class,
        CannotCreateTransactionException.class
    })
    ResponseEntity<ProblemDetail> unavailable(Exception e, HttpServletRequest request) {
        log.atWarn().addKeyValue("cause", String.valueOf(e.getMessage())).log("Database is away");
        return answer(
                new ServiceException.Unavailable(
                        "The database is away. Try again", Duration.ofSeconds(2), null),
                request);
    }

    private static ResponseEntity<ProblemDetail> answer(
            ServiceException e, HttpServletRequest request) {
        return ResponseEntity.status(Problems.status(e))
                .headers(Problems.headers(e))
                .body(Problems.of(e, request.getRequestURI()));
    }
}
