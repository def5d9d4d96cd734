// SPDX-License-Identifier: Apache-2.0
package io.millrace.execution.start;

import io.millrace.model.Durations;
import io.millrace.platform.problem.ServiceException;
import jakarta.servlet.http.HttpServletRequest;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// The parameters of the address alone. Those that a servlet gives may be parts of the form, and
/// those are inputs of flows, whatever their names.
record QueryString(HttpServletRequest request) {

    private record Parameter(String name, String value) {}

    /// The first value; nothing if there is none or it is empty.
    Optional<String> get(String name) {
        return all(name).stream().findFirst().filter(value -> !value.isEmpty());
    }

    /// All values, in their order.
    List<String> all(String name) {
        return parameters().stream()
                .filter(parameter -> parameter.name().equals(name))
                .map(Parameter::value)
                .toList();
    }

    boolean flag(String name) {
        return get(name)
                .map(text ->
                        switch (text) {
                            case "true" -> true;
                            case "false" -> false;
                            default -> throw unexpected(name, "true or false", text);
                        })
                .orElse(false);
    }

    @Nullable Integer number(String name) {
        try {
            return get(name).map(Integer::valueOf).orElse(null);
        } catch (NumberFormatException _) {
            throw unexpected(name, "a number", get(name).orElse(""));
        }
    }

    @Nullable Instant instant(String name) {
        try {
            return get(name)
                    .map(text -> Durations.checked(OffsetDateTime.parse(text).toInstant()))
                    .orElse(null);
        } catch (DateTimeException _) {
            throw unexpected(
                    name,
                    "a date and time with an offset, from 1970 to 9999",
                    get(name).orElse(""));
        }
    }

    private static ServiceException.Invalid unexpected(String name, String what, String got) {
        return new ServiceException.Invalid(
                name, "Illegal argument: expected %s in %s but got %s".formatted(what, name, got));
    }

    private List<Parameter> parameters() {
        var query = request.getQueryString();
        var parameters = new ArrayList<Parameter>();
        if (query == null) {
            return parameters;
        }
        for (var pair : query.split("&", -1)) {
            int equals = pair.indexOf('=');
            if (!pair.isEmpty()) {
                parameters.add(
                        new Parameter(
                                decoded(equals < 0 ? pair : pair.substring(0, equals)),
                                decoded(equals < 0 ? "" : pair.substring(equals + 1))));
            }
        }
        return parameters;
    }

    private static String decoded(String text) {
        try {
            return URLDecoder.decode(text, StandardCharsets.UTF_8);
        } catch (IllegalArgumentException _) {
            throw new ServiceException.Malformed("The address holds a broken escape: " + text);
        }
    }
}
