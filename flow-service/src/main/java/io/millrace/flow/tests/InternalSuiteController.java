// SPDX-License-Identifier: Apache-2.0
package io.millrace.flow.tests;

import io.millrace.platform.access.NamespaceScope;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;

/// Test suites as the execution-service asks for them.
@RestController
@RequestMapping("/internal/tests")
class InternalSuiteController {
    private static final int MAX_SUITES = 1_000;

    private final Suites suites;

    InternalSuiteController(Suites suites) {
        this.suites = suites;
    }

    /// @param all whether all namespaces may be seen, else those below `prefixes`
    /// @param namespace absent for all; with `children` also those below it
    /// @param flowId absent for all
    /// @param id absent for all
    record Question(
            String tenant,
            boolean all,
            List<String> prefixes,
            @Nullable String namespace,
            @Nullable String flowId,
            @Nullable String id,
            boolean children) {}

    /// Sources, in the order of namespace and id.
    @PostMapping
    List<String> sources(@RequestBody Question q) {
        return suites.sources(
                q.tenant(),
                new NamespaceScope(q.all(), q.prefixes()),
                q.namespace(),
                q.flowId(),
                q.id(),
                q.children(),
                MAX_SUITES);
    }
}
