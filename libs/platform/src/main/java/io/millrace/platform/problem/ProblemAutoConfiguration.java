// SPDX-License-Identifier: Apache-2.0
package io.millrace.platform.problem;

import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.tomcat.servlet.TomcatServletWebServerFactory;
import org.springframework.boot.web.server.WebServerFactoryCustomizer;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/// Problem documents for all that goes wrong in a controller, in a filter, or in Tomcat before any
/// of them.
@AutoConfiguration(
        beforeName =
                "org.springframework.boot.webmvc.autoconfigure.error.ErrorMvcAutoConfiguration")
public class ProblemAutoConfiguration {

    @Bean
    ProblemAdvice problemAdvice() {
        return new ProblemAdvice();
    }

    @Bean
    NoNulls noNulls() {
        return new NoNulls();
    }

    @Bean
    ProblemErrorController problemErrorController() {
        return new ProblemErrorController();
    }

    @Bean
    WebServerFactoryCustomizer<TomcatServletWebServerFactory> problemErrorValve() {
        return factory ->
                factory.addContextCustomizers(context -> {
                    var parent = context.getParent();
                    if (parent instanceof org.apache.catalina.core.StandardHost host) {
                        host.setErrorReportValveClass(ProblemErrorValve.class.getName());
                    }
                });
    }

    /// Only where a database can fail.
    @Configuration(proxyBeanMethods = false)
    @ConditionalOnClass(name = "org.springframework.dao.DataAccessException")
    static class Database {
        @Bean
        DatabaseProblemAdvice databaseProblemAdvice() {
            return new DatabaseProblemAdvice();
        }
    }
}
