// SPDX-License-Identifier: Apache-2.0
package io.millrace.flow.flows;

import io.millrace.expressions.ExpressionException;
import io.millrace.expressions.Expressions;
import io.millrace.model.yaml.ExpressionCheck;
import io.millrace.model.yaml.FlowParser;
import io.millrace.model.yaml.TypeCatalog;
import io.millrace.plugin.PluginCatalog;
import io.millrace.plugin.runtime.install.PluginFolders;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.env.Environment;

/// How sources are read here: with the plugins on the class path, and with their expressions
/// parsed.
@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties(FlowProperties.class)
class FlowConfiguration {
    private static final Pattern LINE = Pattern.compile("\\(line (\\d{1,6})\\)$");

    @Bean
    TypeCatalog typeCatalog(Environment environment) {
        var installed =
                PluginFolders.of(
                        environment.getProperty("millrace.plugins.bundled"),
                        environment.getProperty("millrace.plugins.folder"));
        return PluginTypes.catalog(PluginCatalog.load(installed.sources()));
    }

    @Bean
    FlowParser flowParser(TypeCatalog catalog, FlowProperties properties) {
        return new FlowParser(catalog, new CheckedExpressions(), properties.parserLimits());
    }

    /// What the language of expressions says of a text.
    private static final class CheckedExpressions implements ExpressionCheck {
        private final Expressions expressions = new Expressions();

        @Override
        public Optional<Fault> fault(String template) {
            return Optional.ofNullable(expressions.compile(template).problem())
                    .map(problem -> fault(problem));
        }

        private static Fault fault(ExpressionException problem) {
            var message = String.valueOf(problem.getMessage());
            var line = LINE.matcher(message);
            return new Fault(message, line.find() ? Integer.parseInt(line.group(1)) : 1);
        }

        @Override
        public Map<List<String>, Integer> needs(String template) {
            var needs = new LinkedHashMap<List<String>, Integer>();
            expressions
                    .compile(template)
                    .needs()
                    .forEach((path, line) -> needs.put(path.segments(), line));
            return needs;
        }
    }
}
