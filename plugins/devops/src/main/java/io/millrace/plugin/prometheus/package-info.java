// SPDX-License-Identifier: Apache-2.0
/// Metrics pushed to, and asked of, Prometheus.
@NullMarked
package io.millrace.plugin.prometheus;

import org.jspecify.annotations.NullMarked;
