// SPDX-License-Identifier: Apache-2.0
package io.millrace.plugin.aws;

import io.millrace.plugin.Title;
import org.jspecify.annotations.Nullable;

/// Where an object is, or goes to.
public record Place(
        @Title("Bucket; the same if absent") @Nullable String bucket,
        @Title("Key, or what the key begins with where there are several") @Nullable String key) {}
