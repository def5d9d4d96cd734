// SPDX-License-Identifier: Apache-2.0
package io.millrace.flow.flows;

import io.millrace.expressions.ExpressionException;
import io.millrace.expressions.Expressions;
import io.millrace.model.yaml.ExpressionCheck;
import io.millrace.model.yaml.FlowParser;
import io.millrace.plugin.PluginCatalog;
import java.util.Optional;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/// How sources are read here: with the plugins on the class path, and with their expressions
/// parsed.
@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties(FlowProperties.class)
class FlowConfiguration {

    @Bean
    FlowParser flowParser(FlowProperties properties) {
        return new FlowParser(
                PluginTypes.catalog(PluginCatalog.load()),
                syntaxOf(new Expressions()),
                properties.limits());
    }

    private static ExpressionCheck syntaxOf(Expressions expressions) {
        return template -> {
            try {
                expressions.compile(template);
                return Optional.empty();
            } catch (ExpressionException e) {
                return Optional.of("Invalid expression: " + e.getMessage());
            }
        };
    }
}
