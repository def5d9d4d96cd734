// SPDX-License-Identifier: Apache-2.0
package io.millrace.model;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/// Copies of what `Map.copyOf` can't copy: it keeps neither the order nor nulls.
final class Trees {
    private Trees() {}

    static <V extends @org.jspecify.annotations.Nullable Object> Map<String, V> copy(
            Map<String, V> map) {
        return Collections.unmodifiableMap(new LinkedHashMap<>(map));
    }
}
