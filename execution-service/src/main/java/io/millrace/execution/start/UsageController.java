// SPDX-License-Identifier: Apache-2.0
package io.millrace.execution.start;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RestController;

/// What a tenant uses of its quotas, for the gateway to show.
@RestController
class UsageController {
    private final StartQuotas quotas;

    UsageController(StartQuotas quotas) {
        this.quotas = quotas;
    }

    /// @param namespaces empty text for the whole tenant
    /// @return executions that haven't ended, by namespace
    @PostMapping("/internal/usage/{tenant}")
    Map<String, Long> running(@PathVariable String tenant, @RequestBody List<String> namespaces) {
        var running = new TreeMap<String, Long>();
        namespaces.stream()
                .distinct()
                .limit(500)
                .forEach(n -> running.put(n, quotas.count(tenant, n)));
        return running;
    }
}
