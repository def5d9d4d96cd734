// SPDX-License-Identifier: Apache-2.0
package io.millrace.model.yaml;

import java.util.Optional;

/// Where the sources of templates are, in YAML or JSON.
@FunctionalInterface
public interface TemplateSource {
    TemplateSource NONE = (_, _) -> Optional.empty();

    Optional<String> find(String namespace, String id);
}
