// SPDX-License-Identifier: Apache-2.0
package io.millrace.worker;

import io.millrace.plugin.PluginCatalog;
import io.millrace.plugin.PluginDescriptor;
import java.util.Collection;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;

/// What this worker can run.
@RestController
class PluginController {
    private final PluginCatalog catalog;

    PluginController(PluginCatalog catalog) {
        this.catalog = catalog;
    }

    @GetMapping("/internal/plugins")
    Collection<PluginDescriptor> plugins() {
        return catalog.descriptors();
    }
}
