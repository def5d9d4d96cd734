// SPDX-License-Identifier: Apache-2.0
package io.millrace.scheduler.trigger;

import io.millrace.platform.problem.ServiceException;
import jakarta.servlet.http.HttpServletRequest;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
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
record TriggerQuery(String text, String namespace, String flowId) {

    private static final Set<String> FILTERS =
            Set.of(
                    "filters[q][EQUALS]",
                    "filters[triggerId][EQUALS]",
                    "filters[namespace][EQUALS]",
                    "filters[namespace][PREFIX]",
                    "filters[namespace][STARTS_WITH]",
                    "filters[flowId][EQUALS]");

    /// A filter of a request's body.
    record Filter(@Nullable String field, @Nullable String operation, @Nullable Object value) {}

    /// @throws ServiceException.Invalid if a filter isn't known: what is done to triggers must not
    ///   be done to more of them than was asked
    static TriggerQuery of(List<Filter> filters) {
        var query = new TriggerQuery("", "", "");
        for (var filter : filters) {
            var field = name(Objects.toString(filter.field(), ""));
            known("filters[%s][%s]".formatted(field, filter.operation()));
            var value = Objects.toString(filter.value(), "");
            query =
                    switch (field) {
                        case "namespace" -> new TriggerQuery(query.text, value, query.flowId);
                        case "flowId" -> new TriggerQuery(query.text, query.namespace, value);
                        default -> new TriggerQuery(value, query.namespace, query.flowId);
                    };
        }
        return query;
    }

    /// Such as `flowId` for `FLOW_ID`.
    private static String name(String field) {
        return switch (field) {
            case "QUERY", "query" -> "q";
            case "NAMESPACE" -> "namespace";
            case "FLOW_ID" -> "flowId";
            case "TRIGGER_ID" -> "triggerId";
            default -> field;
        };
    }

    private static void known(String filter) {
        if (!FILTERS.contains(filter)) {
            throw new ServiceException.Invalid(
                    "filters",
                    "Expected one of %s but got %s".formatted(new TreeSet<>(FILTERS), filter));
        }
    }

    static TriggerQuery of(HttpServletRequest request) {
        for (var name : Collections.list(request.getParameterNames())) {
            if (name.startsWith("filters[")) {
                known(name);
            }
        }
        return new TriggerQuery(
                first(request, "q", "query", "filters[q][EQUALS]", "filters[triggerId][EQUALS]"),
                first(
                        request,
                        "namespace",
                        "filters[namespace][EQUALS]",
                        "filters[namespace][PREFIX]",
                        "filters[namespace][STARTS_WITH]"),
                first(request, "flowId", "filters[flowId][EQUALS]"));
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

    /// Gives it to controllers.
    @Component
    static final class Resolver implements HandlerMethodArgumentResolver, WebMvcConfigurer {
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
            return servlet == null ? new TriggerQuery("", "", "") : of(servlet);
        }
    }
}
