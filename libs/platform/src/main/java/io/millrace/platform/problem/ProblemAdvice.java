// SPDX-License-Identifier: Apache-2.0
package io.millrace.platform.problem;

import io.millrace.platform.broker.BrokerUnavailableException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.validation.ConstraintViolationException;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.UUID;
import org.apache.tomcat.util.http.InvalidParameterException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.TypeMismatchException;
import org.springframework.core.NestedExceptionUtils;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.http.HttpStatusCode;
import org.springframework.http.MediaType;
import org.springframework.http.ProblemDetail;
import org.springframework.http.ResponseEntity;
import org.springframework.http.converter.HttpMessageNotReadableException;
import org.springframework.http.converter.HttpMessageNotWritableException;
import org.springframework.web.bind.MethodArgumentNotValidException;
import org.springframework.web.bind.annotation.ExceptionHandler;
import org.springframework.web.bind.annotation.RestControllerAdvice;
import org.springframework.web.client.RestClientException;
import org.springframework.web.context.request.ServletWebRequest;
import org.springframework.web.context.request.WebRequest;
import org.springframework.web.method.annotation.HandlerMethodValidationException;
import org.springframework.web.method.annotation.MethodArgumentTypeMismatchException;
import org.springframework.web.multipart.MaxUploadSizeExceededException;
import org.springframework.web.multipart.MultipartException;
import org.springframework.web.servlet.mvc.method.annotation.ResponseEntityExceptionHandler;
import tools.jackson.core.JacksonException;

/// Turns every exception that leaves a controller into a problem document.
@RestControllerAdvice
@Order(Ordered.LOWEST_PRECEDENCE)
public class ProblemAdvice extends ResponseEntityExceptionHandler {
    private static final Logger log = LoggerFactory.getLogger(ProblemAdvice.class);

    @ExceptionHandler
    ResponseEntity<Object> handle(ServiceException e, HttpServletRequest request) {
        var cause = e.getCause();
        if (cause != null && e instanceof ServiceException.Unavailable) {
            // many at once when something is away: what it is says enough
            log.atWarn().addKeyValue("cause", String.valueOf(cause.getMessage())).log(e.detail());
        } else if (cause != null) {
            log.atWarn().setCause(cause).log(e.detail());
        }
        return ResponseEntity.status(Problems.status(e))
                .headers(Problems.headers(e))
                .body(Problems.of(e, request.getRequestURI()));
    }

    @ExceptionHandler
    ResponseEntity<Object> handle(BrokerUnavailableException e, HttpServletRequest request) {
        return handle(
                new ServiceException.Unavailable(
                        "The message broker is away. Nothing was lost; try again",
                        Duration.ofSeconds(2),
                        e),
                request);
    }

    /// A service that went away in the middle of its answer is away like one that gave none.
    @ExceptionHandler
    @Nullable ResponseEntity<Object> handle(RestClientException e, HttpServletRequest request) {
        return e.getRootCause() instanceof IOException
                ? handle(
                        new ServiceException.Unavailable(
                                "A service is away. Try again", Duration.ofSeconds(1), e),
                        request)
                : handle((Exception) e, request);
    }

    @ExceptionHandler
    ResponseEntity<Object> handle(ConstraintViolationException e, HttpServletRequest request) {
        var violations =
                e.getConstraintViolations().stream()
                        .map(v ->
                                Violation.of(
                                        String.valueOf(v.getPropertyPath()),
                                        String.valueOf(v.getMessage())))
                        .toList();
        return handle(new ServiceException.Invalid("Invalid entity", violations), request);
    }

    /// Parameters, in a query or a form, that can't be decoded.
    @ExceptionHandler
    ResponseEntity<Object> handle(InvalidParameterException e, HttpServletRequest request) {
        return handle(
                new ServiceException.Malformed("Expected parameters that can be read"), request);
    }

    @ExceptionHandler
    ResponseEntity<Object> handle(MultipartException e, HttpServletRequest request) {
        return handle(
                e instanceof MaxUploadSizeExceededException
                        ? new ServiceException.TooLarge("Expected a smaller form")
                        : new ServiceException.Malformed("Expected a readable multipart form"),
                request);
    }

    @ExceptionHandler
    @Nullable ResponseEntity<Object> handle(Exception e, HttpServletRequest request) {
        if (hasHungUp(e)) {
            return null;
        }
        var unstorable = Unstorable.reason(e);
        if (unstorable != null) {
            return handle(unstorable, request);
        }
        var reference = UUID.randomUUID().toString();
        log.atError()
                .addKeyValue("reference", reference)
                .addKeyValue("method", request.getMethod())
                .addKeyValue("path", request.getRequestURI())
                .setCause(e)
                .log("Request failed");
        var problem =
                Problems.of(
                        HttpStatus.INTERNAL_SERVER_ERROR,
                        "internal",
                        "Something is broken here. The log has it under " + reference,
                        request.getRequestURI(),
                        List.of());
        return ResponseEntity.internalServerError()
                .contentType(MediaType.APPLICATION_PROBLEM_JSON)
                .body(problem);
    }

    /// Whether nobody is there any more to answer.
    private static boolean hasHungUp(Exception e) {
        boolean writing = e instanceof IOException || e instanceof HttpMessageNotWritableException;
        if (!writing
                || !(NestedExceptionUtils.getMostSpecificCause(e) instanceof IOException cause)) {
            return false;
        }
        var message = String.valueOf(cause.getMessage()).toLowerCase(Locale.ROOT);
        return message.contains("broken pipe") || message.contains("connection reset");
    }

    @Override
    protected @Nullable ResponseEntity<Object> handleMethodArgumentNotValid(
            MethodArgumentNotValidException e,
            HttpHeaders headers,
            HttpStatusCode status,
            WebRequest request) {
        var violations = new ArrayList<Violation>();
        e.getBindingResult()
                .getFieldErrors()
                .forEach(f ->
                        violations.add(
                                Violation.of(
                                        f.getField(), text(f.getDefaultMessage(), "is invalid"))));
        e.getBindingResult()
                .getGlobalErrors()
                .forEach(g ->
                        violations.add(
                                Violation.of(
                                        g.getObjectName(),
                                        text(g.getDefaultMessage(), "is invalid"))));
        return handle(new ServiceException.Invalid("Invalid entity", violations), servlet(request));
    }

    @Override
    protected @Nullable ResponseEntity<Object> handleHandlerMethodValidationException(
            HandlerMethodValidationException e,
            HttpHeaders headers,
            HttpStatusCode status,
            WebRequest request) {
        var violations = new ArrayList<Violation>();
        e.getParameterValidationResults()
                .forEach(result ->
                        result.getResolvableErrors()
                                .forEach(error ->
                                        violations.add(
                                                Violation.of(
                                                        text(
                                                                result.getMethodParameter()
                                                                        .getParameterName(),
                                                                "argument"),
                                                        text(
                                                                error.getDefaultMessage(),
                                                                "is invalid")))));
        return handle(
                new ServiceException.Invalid("Invalid argument", violations), servlet(request));
    }

    @Override
    protected @Nullable ResponseEntity<Object> handleTypeMismatch(
            TypeMismatchException e,
            HttpHeaders headers,
            HttpStatusCode status,
            WebRequest request) {
        var name =
                e instanceof MethodArgumentTypeMismatchException m
                        ? m.getName()
                        : text(e.getPropertyName(), "argument");
        var type = e.getRequiredType();
        var message =
                "Expected "
                        + (type == null ? "another type" : type.getSimpleName())
                        + " in "
                        + name
                        + " but got "
                        + abbreviate(String.valueOf(e.getValue()));
        return handle(new ServiceException.Invalid(name, message), servlet(request));
    }

    @Override
    protected @Nullable ResponseEntity<Object> handleHttpMessageNotReadable(
            HttpMessageNotReadableException e,
            HttpHeaders headers,
            HttpStatusCode status,
            WebRequest request) {
        if (e.getCause() instanceof JacksonException json) {
            var at = json.getLocation();
            var message = "Expected JSON: " + firstLine(json.getOriginalMessage());
            var violation =
                    at == null
                            ? Violation.of("body", message)
                            : Violation.at("body", message, at.getLineNr(), at.getColumnNr());
            var problem =
                    Problems.of(
                            HttpStatus.BAD_REQUEST,
                            "malformed",
                            message,
                            servlet(request).getRequestURI(),
                            List.of(violation));
            return ResponseEntity.badRequest()
                    .contentType(MediaType.APPLICATION_PROBLEM_JSON)
                    .body(problem);
        }
        return handle(
                new ServiceException.Malformed("Expected a readable request body"),
                servlet(request));
    }

    /// All other errors of Spring's own: 404, 405, 406, 413, 415, missing parameters…
    @Override
    protected @Nullable ResponseEntity<Object> handleExceptionInternal(
            Exception e,
            @Nullable Object body,
            HttpHeaders headers,
            HttpStatusCode status,
            WebRequest request) {
        if (hasHungUp(e)) {
            return null;
        }
        var path = servlet(request).getRequestURI();
        var detail = body instanceof ProblemDetail p ? p.getDetail() : null;
        var known = HttpStatus.resolve(status.value());
        if (detail == null) {
            detail = known == null ? "Request failed" : known.getReasonPhrase();
        }
        if (status.value() == HttpStatus.NOT_FOUND.value()) {
            detail = "Not Found: " + path;
        }
        if (status.is5xxServerError()) {
            log.atError().addKeyValue("path", path).setCause(e).log("Request failed");
        }
        var type =
                known == null
                        ? "failed"
                        : known.getReasonPhrase().toLowerCase(Locale.ROOT).replace(' ', '-');
        var problem = Problems.of(status, type, detail, path, List.of());
        var own = new HttpHeaders(); // those given may not be written to
        own.putAll(headers);
        own.setContentType(MediaType.APPLICATION_PROBLEM_JSON);
        return new ResponseEntity<>(problem, own, status);
    }

    private static HttpServletRequest servlet(WebRequest request) {
        return ((ServletWebRequest) request).getRequest();
    }

    private static String text(@Nullable String text, String otherwise) {
        return Objects.requireNonNullElse(text, otherwise);
    }

    private static String firstLine(@Nullable String text) {
        return abbreviate(text == null ? "unreadable" : text.lines().findFirst().orElse(""));
    }

    private static String abbreviate(String text) {
        return text.length() <= 200 ? text : text.substring(0, 200) + "…";
    }
}
