// SPDX-License-Identifier: Apache-2.0
package io.millrace.platform.web;

import io.millrace.platform.access.Access;
import io.millrace.platform.access.Caller;
import io.millrace.platform.access.Identity;
import io.millrace.platform.audit.RouteAudit;
import io.millrace.platform.problem.ServiceException;
import io.millrace.platform.route.RouteCheck;
import io.millrace.platform.route.RouteRule;
import io.millrace.platform.route.RouteRules;
import jakarta.servlet.http.HttpServletRequest;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.http.MediaType;
import org.springframework.http.converter.HttpMessageConverter;
import org.springframework.util.function.SingletonSupplier;
import org.springframework.web.context.request.NativeWebRequest;
import org.springframework.web.method.HandlerMethod;
import org.springframework.web.method.support.ModelAndViewContainer;
import org.springframework.web.servlet.HandlerMapping;
import org.springframework.web.servlet.mvc.method.annotation.RequestMappingHandlerAdapter;
import org.springframework.web.servlet.mvc.method.annotation.ServletInvocableHandlerMethod;

/// Calls a controller if the route table lets the caller, before anything of the request but its
/// path is read; and records what it changed, before anything is answered.
final class RuledHandlerAdapter extends RequestMappingHandlerAdapter {
    private static final Logger log = LoggerFactory.getLogger(RuledHandlerAdapter.class);
    private static final String API = "/api/v1/";

    // looking a bean up costs more than calling it
    private final Supplier<Access> access;
    private final SingletonSupplier<RouteAudit> audit;

    RuledHandlerAdapter(ObjectProvider<Access> access, ObjectProvider<RouteAudit> audit) {
        this.access = SingletonSupplier.of(access::getObject);
        this.audit = SingletonSupplier.ofNullable(audit::getIfAvailable);
    }

    /// The API speaks JSON. Libraries on the class path add XML and YAML, which nobody has looked
    /// at: neither what a body may do with them nor what an answer says.
    @Override
    public void setMessageConverters(List<HttpMessageConverter<?>> converters) {
        super.setMessageConverters(
                converters.stream().filter(RuledHandlerAdapter::isExpected).toList());
    }

    private static boolean isExpected(HttpMessageConverter<?> converter) {
        return converter.getSupportedMediaTypes().stream()
                .map(MediaType::getSubtype)
                .noneMatch(type -> type.endsWith("xml") || type.endsWith("yaml"));
    }

    @Override
    protected ServletInvocableHandlerMethod createInvocableHandlerMethod(HandlerMethod method) {
        return new Ruled(method);
    }

    private final class Ruled extends ServletInvocableHandlerMethod {
        Ruled(HandlerMethod method) {
            super(method);
        }

        @Override
        public @Nullable Object invokeForRequest(
                NativeWebRequest web,
                @Nullable ModelAndViewContainer container,
                @Nullable Object... given)
                throws Exception {
            var request = web.getNativeRequest(HttpServletRequest.class);
            if (request == null || !request.getRequestURI().startsWith(API)) {
                return super.invokeForRequest(web, container, given);
            }
            var rule = rule(request);
            var variables = variables(request);
            RouteCheck.check(access.get(), rule, variables, request.getRequestURI());
            var caller = Identity.current().orElse(null) instanceof Caller c ? c : null;
            var recorder = audit.get();
            if (recorder == null || caller == null || !rule.isChange()) {
                return super.invokeForRequest(web, container, given);
            }
            recorder.begin(rule, caller, variables);
            @Nullable Object result;
            try {
                result = super.invokeForRequest(web, container, given);
            } catch (Exception e) {
                recorder.failed(rule, caller, variables);
                throw e;
            }
            if (result instanceof CompletionStage<?> later) {
                return later.thenApply(value -> {
                    recorder.changed(rule, caller, variables);
                    return value;
                });
            }
            recorder.changed(rule, caller, variables);
            return result;
        }
    }

    private static RouteRule rule(HttpServletRequest request) {
        var pattern =
                String.valueOf(
                        request.getAttribute(HandlerMapping.BEST_MATCHING_PATTERN_ATTRIBUTE));
        return RouteRules.all()
                .find(request.getMethod(), pattern)
                .orElseThrow(() -> {
                    log.atError()
                            .addKeyValue("method", request.getMethod())
                            .addKeyValue("pattern", pattern)
                            .log(
                                    "A route without a rule: access/routes.txt must say who may call it");
                    return new ServiceException.NotFound("Not Found: " + request.getRequestURI());
                });
    }

    @SuppressWarnings("unchecked")
    private static Map<String, String> variables(HttpServletRequest request) {
        var variables = request.getAttribute(HandlerMapping.URI_TEMPLATE_VARIABLES_ATTRIBUTE);
        return variables instanceof Map<?, ?> map ? (Map<String, String>) map : Map.of();
    }
}
