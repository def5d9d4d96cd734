// SPDX-License-Identifier: Apache-2.0
package io.millrace.scheduler.trigger;

import io.millrace.platform.problem.ServiceException;
import jakarta.servlet.http.HttpServletRequest;
import java.time.Clock;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.springframework.core.MethodParameter;
import org.springframework.stereotype.Component;
import org.springframework.web.bind.support.WebDataBinderFactory;
import org.springframework.web.context.request.NativeWebRequest;
import org.springframework.web.method.support.HandlerMethodArgumentResolver;
import org.springframework.web.method.support.ModelAndViewContainer;
import org.springframework.web.servlet.config.annotation.WebMvcConfigurer;

/// Which triggers a client asks for, in the older parameters (`q`, `query`, `namespace`, `flowId`)
/// or the newer ones (`filters[namespace][PREFIX]=…`). Namespaces count with those below them.
///
/// @param text part of an id, or empty
record TriggerQuery(String text, String namespace, String flowId, More more) {
    private static final Pattern NEWER =
            Pattern.compile("filters\\[([^]]+)]\\[([^]]+)](?:\\[.+])?");

    TriggerQuery(String text, String namespace, String flowId) {
        this(text, namespace, flowId, More.NOTHING);
    }

    /// What must hold beside the plain parameters.
    ///
    /// @param sql conditions on `trigger`, each with `and` before it
    record More(String sql, Map<String, Object> parameters) {
        static final More NOTHING = new More("", Map.of());

        /// Also: in this namespace and in none below it.
        More in(String namespace) {
            var all = new HashMap<>(parameters);
            all.put("only", namespace);
            return new More(sql + " and namespace = :only", all);
        }
    }

    /// A filter of a request's body.
    record Filter(@Nullable String field, @Nullable String operation, @Nullable Object value) {}

    /// @throws ServiceException.Invalid if a filter isn't known: what is done to triggers must not
    ///   be done to more of them than was asked
    static TriggerQuery of(List<Filter> filters, Clock clock) {
        var read = new Reading(clock);
        for (var filter : filters) {
            var value = filter.value();
            read.add(
                    name(Objects.toString(filter.field(), "")),
                    Objects.toString(filter.operation(), ""),
                    value instanceof Collection<?> many
                            ? many.stream().map(String::valueOf).toList()
                            : List.of(Objects.toString(value, "")));
        }
        return read.query("", "", "");
    }

    static TriggerQuery of(HttpServletRequest request, Clock clock) {
        var read = new Reading(clock);
        request.getParameterMap()
                .forEach((name, values) -> {
                    var newer = NEWER.matcher(name);
                    if (newer.matches()) {
                        read.add(name(newer.group(1)), newer.group(2), List.of(values));
                    } else if (name.startsWith("filters[")) {
                        throw unknown(name);
                    }
                });
        return read.query(
                first(request, "q", "query"),
                first(request, "namespace"),
                first(request, "flowId"));
    }

    /// Such as `flowId` for `FLOW_ID`.
    private static String name(String field) {
        return switch (field) {
            case "QUERY", "query" -> "q";
            case "NAMESPACE" -> "namespace";
            case "FLOW_ID" -> "flowId";
            case "TRIGGER_ID" -> "triggerId";
            case "TRIGGER_STATE" -> "triggerState";
            case "SCOPE" -> "scope";
            case "START_DATE" -> "startDate";
            case "END_DATE" -> "endDate";
            case "TIME_RANGE" -> "timeRange";
            case "WORKER_ID" -> "workerId";
            default -> field;
        };
    }

    private static ServiceException.Invalid unknown(String filter) {
        return new ServiceException.Invalid(
                "filters", "Expected a filter of triggers but got " + filter);
    }

    private static String first(HttpServletRequest request, String... names) {
        for (var name : names) {
            var value = Optional.ofNullable(request.getParameter(name)).orElse("");
            if (!value.isEmpty()) {
                return value;
            }
        }
        return "";
    }

    /// Newer filters on their way into SQL.
    private static final class Reading {
        private final Clock clock;
        private final StringBuilder sql = new StringBuilder();
        private final Map<String, Object> parameters = new HashMap<>();
        private String text = "";
        private String namespace = "";

        Reading(Clock clock) {
            this.clock = clock;
        }

        TriggerQuery query(String text, String namespace, String flowId) {
            return new TriggerQuery(
                    text.isEmpty() ? this.text : text,
                    namespace.isEmpty() ? this.namespace : namespace,
                    flowId,
                    new More(sql.toString(), parameters));
        }

        void add(String field, String operation, List<String> values) {
            var filter = "filters[%s][%s]".formatted(field, operation);
            if (values.isEmpty()) {
                throw new ServiceException.Invalid(filter, "Expected a value");
            }
            var value = values.getFirst();
            switch (field) {
                case "q" -> {
                    only(filter, operation, "EQUALS");
                    text = value;
                }
                case "namespace" -> {
                    if (List.of("EQUALS", "PREFIX", "STARTS_WITH").contains(operation)) {
                        namespace = value;
                    } else {
                        text("namespace", filter, operation, values);
                    }
                }
                case "flowId" -> text("flow_id", filter, operation, values);
                case "triggerId" -> text("trigger_id", filter, operation, values);
                case "triggerState" -> {
                    only(filter, operation, "EQUALS", "NOT_EQUALS");
                    and("disabled = %s", value.equals("DISABLED") == operation.equals("EQUALS"));
                }
                case "scope" -> {
                    only(filter, operation, "EQUALS", "IN");
                    if (split(values).length == 1) {
                        and("(namespace = 'system') = %s", value.equals("SYSTEM"));
                    }
                }
                case "startDate" -> and("next_at >= %s::timestamptz", instant(value).toString());
                case "endDate" -> and("next_at <= %s::timestamptz", instant(value).toString());
                case "timeRange" -> and("next_at >= %s::timestamptz", before(value).toString());
                // who looks for a trigger isn't noted: none is with a worker
                case "workerId" -> and("%s", operation.startsWith("NOT"));
                default -> throw unknown(filter);
            }
        }

        private static void only(String filter, String operation, String... known) {
            if (!List.of(known).contains(operation)) {
                throw unknown(filter);
            }
        }

        private void text(String column, String filter, String operation, List<String> values) {
            var value = values.getFirst();
            switch (operation) {
                case "EQUALS" -> and(column + " = %s", value);
                case "NOT_EQUALS" -> and(column + " <> %s", value);
                case "IN" -> and(column + " = any(%s)", split(values));
                case "NOT_IN" -> and(column + " <> all(%s)", split(values));
                case "CONTAINS" -> and("strpos(" + column + ", %s) > 0", value);
                case "STARTS_WITH", "PREFIX" -> and("starts_with(" + column + ", %s)", value);
                case "ENDS_WITH" -> and("right(" + column + ", length(%1$s)) = %1$s", value);
                case "REGEX" -> and(column + " ~ %s", value);
                default -> throw unknown(filter);
            }
        }

        private void and(String condition, Object value) {
            var name = "more" + parameters.size();
            sql.append("and ").append(condition.formatted(":" + name)).append('\n');
            parameters.put(name, value);
        }

        private static String[] split(List<String> values) {
            return values.stream()
                    .flatMap(value -> Arrays.stream(value.split(",", -1)))
                    .map(String::strip)
                    .toArray(String[]::new);
        }

        private Instant before(String duration) {
            try {
                return clock.instant().minus(Duration.parse(duration));
            } catch (DateTimeException | ArithmeticException _) {
                throw new ServiceException.Invalid(
                        "timeRange", "Expected a duration but got " + duration);
            }
        }

        private static Instant instant(String text) {
            try {
                return OffsetDateTime.parse(text.replace(' ', '+')).toInstant();
            } catch (DateTimeException _) {
                throw new ServiceException.Invalid(
                        "filters", "Expected a date with its offset but got " + text);
            }
        }
    }

    /// Gives it to controllers.
    @Component
    static final class Resolver implements HandlerMethodArgumentResolver, WebMvcConfigurer {
        private final Clock clock;

        Resolver(Clock clock) {
            this.clock = clock;
        }

        @Override
        public void addArgumentResolvers(List<HandlerMethodArgumentResolver> resolvers) {
            resolvers.add(this);
        }

        @Override
        public boolean supportsParameter(MethodParameter parameter) {
            return parameter.getParameterType().equals(TriggerQuery.class);
        }

        @Override
        public TriggerQuery resolveArgument(
                MethodParameter parameter,
                @Nullable ModelAndViewContainer container,
                NativeWebRequest request,
                @Nullable WebDataBinderFactory binders) {
            var servlet = request.getNativeRequest(HttpServletRequest.class);
            return servlet == null ? new TriggerQuery("", "", "") : of(servlet, clock);
        }
    }
}
