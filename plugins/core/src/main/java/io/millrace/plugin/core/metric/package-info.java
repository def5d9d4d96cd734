// SPDX-License-Identifier: Apache-2.0
/// Tasks on metrics.
@NullMarked
package io.millrace.plugin.core.metric;

import org.jspecify.annotations.NullMarked;
