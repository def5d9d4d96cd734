// SPDX-License-Identifier: Apache-2.0
package io.millrace.gateway.openapi;

import io.millrace.gateway.accounts.ApiTokens;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RestController;

/// What clients ask for before anything else: what there is here.
@RestController
class ConfigController {
    private final boolean basic;

    ConfigController(ApiTokens tokens) {
        this.basic = tokens.takesBasic();
    }

    /// Lines of a file that are shown.
    record Preview(int initial, int max) {}

    /// In Kestra's shape.
    ///
    /// @param version of Millrace; absent where it runs from classes
    record Configuration(
            @Nullable String version,
            boolean isCustomDashboardsEnabled,
            boolean isTaskRunEnabled,
            boolean isAnonymousUsageEnabled,
            boolean isTemplateEnabled,
            boolean isBasicAuthEnabled,
            Preview preview,
            String systemNamespace,
            List<String> hiddenLabelsPrefixes,
            String tenant) {}

    @GetMapping("/api/v1/{tenant}/configs")
    Configuration configs(@PathVariable String tenant) {
        return new Configuration(
                Objects.requireNonNull(ConfigController.class.getPackage())
                        .getImplementationVersion(),
                true,
                true,
                false,
                true,
                basic,
                new Preview(100, 100),
                "system",
                List.of("system."),
                tenant);
    }
}
