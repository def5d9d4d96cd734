// SPDX-License-Identifier: Apache-2.0
package io.millrace.scheduler.trigger;

import jakarta.servlet.http.HttpServletRequest;
import java.util.Optional;
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

    static TriggerQuery of(HttpServletRequest request) {
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
        public void addArgumentResolvers(java.util.List<HandlerMethodArgumentResolver> resolvers) {
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
