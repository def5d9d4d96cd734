// SPDX-License-Identifier: Apache-2.0
/// Dashboards as they are written. What their charts show is the execution-service's to say.
@NullMarked
package io.millrace.flow.dashboards;

import org.jspecify.annotations.NullMarked;
