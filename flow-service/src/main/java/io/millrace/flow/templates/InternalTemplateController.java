// SPDX-License-Identifier: Apache-2.0
package io.millrace.flow.templates;

import io.millrace.platform.problem.ServiceException;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;

/// Templates as the execution-service asks for them.
@RestController
@RequestMapping("/internal/templates")
class InternalTemplateController {
    private final Templates templates;

    InternalTemplateController(Templates templates) {
        this.templates = templates;
    }

    record Source(String source) {}

    @GetMapping("/{tenant}/{namespace}/{id}")
    Source source(
            @PathVariable String tenant, @PathVariable String namespace, @PathVariable String id) {
        return templates
                .source(tenant, namespace, id)
                .map(Source::new)
                .orElseThrow(() ->
                        new ServiceException.NotFound(
                                "Not Found: template %s.%s".formatted(namespace, id)));
    }
}
