// SPDX-License-Identifier: Apache-2.0
/// What the charts of dashboards show.
@NullMarked
package io.millrace.execution.charts;

import org.jspecify.annotations.NullMarked;
