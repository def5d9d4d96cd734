// SPDX-License-Identifier: Apache-2.0
/// Tasks on the key-value store.
@NullMarked
package io.millrace.plugin.core.kv;

import org.jspecify.annotations.NullMarked;
