// SPDX-License-Identifier: Apache-2.0
/// The key-value store of each namespace: typed values that may expire, with their versions.
@NullMarked
package io.millrace.flow.kv;

import org.jspecify.annotations.NullMarked;
