// SPDX-License-Identifier: Apache-2.0
package io.millrace.flow.flows;

import io.millrace.expressions.Expressions;
import io.millrace.model.yaml.ExpressionCheck;
import io.millrace.model.yaml.FlowParser;
import io.millrace.plugin.PluginCatalog;
import java.util.Optional;
import java.util.regex.Pattern;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/// How sources are read here: with the plugins on the class path, and with their expressions
/// parsed.
@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties(FlowProperties.class)
class FlowConfiguration {
    private static final Pattern LINE = Pattern.compile("\\(line (\\d{1,6})\\)$");

    @Bean
    FlowParser flowParser(FlowProperties properties) {
        return new FlowParser(
                PluginTypes.catalog(PluginCatalog.load()),
                syntaxOf(new Expressions()),
                properties.parserLimits());
    }

    private static ExpressionCheck syntaxOf(Expressions expressions) {
        return template ->
                Optional.ofNullable(expressions.compile(template).problem())
                        .map(problem -> fault(String.valueOf(problem.getMessage())));
    }

    private static ExpressionCheck.Fault fault(String message) {
        var line = LINE.matcher(message);
        return new ExpressionCheck.Fault(
                message, line.find() ? Integer.parseInt(line.group(1)) : 1);
    }
}
