// SPDX-License-Identifier: Apache-2.0
package io.millrace.platform.problem;

import jakarta.servlet.http.HttpServletRequest;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;
import org.springframework.dao.DataAccessException;
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
    /// Characters that aren't in the database's repertoire, dates and numbers out of its range.
    private static final Set<String> UNSTORABLE = Set.of("22021", "22P05", "22008", "22003");

    /// A regular expression that a filter gave.
    private static final String NO_PATTERN = "2201B";

    private static final Logger log = LoggerFactory.getLogger(DatabaseProblemAdvice.class);

    private final ProblemAdvice others;

    DatabaseProblemAdvice(ProblemAdvice others) {
        this.others = others;
    }

    /// Text or numbers that the database has no place for: nobody checked them before.
    @ExceptionHandler
    @Nullable ResponseEntity<Object> handle(DataAccessException e, HttpServletRequest request) {
        var state = e.getRootCause() instanceof SQLException sql ? sql.getSQLState() : null;
        if (NO_PATTERN.equals(state)) {
            return others.handle(
                    new ServiceException.Invalid(
                            "filters", "Expected a regular expression that can be read"),
                    request);
        }
        if (state == null || !UNSTORABLE.contains(state)) {
            return others.handle((Exception) e, request);
        }
        return others.handle(
                new ServiceException.Invalid(
                        "request",
                        "Expected text without U+0000, and dates and numbers that can be stored"),
                request);
    }

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
