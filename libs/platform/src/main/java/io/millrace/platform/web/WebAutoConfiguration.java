// SPDX-License-Identifier: Apache-2.0
package io.millrace.platform.web;

import io.millrace.platform.access.Access;
import io.millrace.platform.audit.AuditAutoConfiguration;
import io.millrace.platform.audit.AuditTrail;
import io.millrace.platform.audit.RouteAudit;
import io.millrace.platform.route.RouteRules;
import java.util.List;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.SmartInitializingSingleton;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.webmvc.autoconfigure.WebMvcRegistrations;
import org.springframework.context.annotation.Bean;
import org.springframework.core.MethodParameter;
import org.springframework.web.bind.annotation.RequestMethod;
import org.springframework.web.bind.support.WebDataBinderFactory;
import org.springframework.web.context.request.NativeWebRequest;
import org.springframework.web.method.support.HandlerMethodArgumentResolver;
import org.springframework.web.method.support.ModelAndViewContainer;
import org.springframework.web.servlet.config.annotation.WebMvcConfigurer;
import org.springframework.web.servlet.mvc.method.RequestMappingInfo;
import org.springframework.web.servlet.mvc.method.annotation.RequestMappingHandlerAdapter;
import org.springframework.web.servlet.mvc.method.annotation.RequestMappingHandlerMapping;

/// Controllers may have a [Paging] parameter.
@AutoConfiguration(after = AuditAutoConfiguration.class)
public class WebAutoConfiguration {

    /// Controllers are called by the route table's leave alone.
    @Bean
    WebMvcRegistrations ruledControllers(
            ObjectProvider<Access> access, ObjectProvider<RouteAudit> audit) {
        return new WebMvcRegistrations() {
            @Override
            public RequestMappingHandlerAdapter getRequestMappingHandlerAdapter() {
                return new RuledHandlerAdapter(access, audit);
            }

            @Override
            public RequestMappingHandlerMapping getRequestMappingHandlerMapping() {
                return new IndexedHandlerMapping();
            }
        };
    }

    /// A service with a route that the table doesn't have doesn't start.
    @Bean
    SmartInitializingSingleton routesHaveRules(
            ObjectProvider<RequestMappingHandlerMapping> mappings) {
        return () -> {
            var missing = new TreeSet<String>();
            mappings.stream()
                    .flatMap(m -> m.getHandlerMethods().keySet().stream())
                    .forEach(m -> missing.addAll(withoutRule(m)));
            if (!missing.isEmpty()) {
                throw new IllegalStateException(
                        "Expected a line in libs/platform's access/routes.txt, which says who may"
                                + " call it, for "
                                + missing);
            }
        };
    }

    private static List<String> withoutRule(RequestMappingInfo mapping) {
        return mapping.getPatternValues().stream()
                .filter(p -> p.startsWith("/api/v1/"))
                .flatMap(p ->
                        mapping.getMethodsCondition().getMethods().stream()
                                .map(RequestMethod::name)
                                .filter(m -> RouteRules.all().find(m, p).isEmpty())
                                .map(m -> m + " " + p))
                .toList();
    }

    @Bean
    ClientHabits clientHabits() {
        return new ClientHabits();
    }

    @Bean
    @ConditionalOnBean(AuditTrail.class)
    RouteAudit routeAudit(AuditTrail trail) {
        return new RouteAudit(trail);
    }

    @Bean
    WebMvcConfigurer pagingParameters() {
        return new WebMvcConfigurer() {
            @Override
            public void addArgumentResolvers(List<HandlerMethodArgumentResolver> resolvers) {
                resolvers.add(new PagingResolver());
            }
        };
    }

    private static final class PagingResolver implements HandlerMethodArgumentResolver {
        @Override
        public boolean supportsParameter(MethodParameter parameter) {
            return parameter.getParameterType() == Paging.class;
        }

        @Override
        public @Nullable Object resolveArgument(
                MethodParameter parameter,
                @Nullable ModelAndViewContainer container,
                NativeWebRequest request,
                @Nullable WebDataBinderFactory binders) {
            return Paging.parse(
                    request.getParameter("page"),
                    request.getParameter("size"),
                    request.getParameterValues("sort"));
        }
    }
}
