// SPDX-License-Identifier: Apache-2.0
/// Executions started by HTTP requests of others, who know a key or can sign.
@NullMarked
package io.millrace.scheduler.webhook;

import org.jspecify.annotations.NullMarked;
