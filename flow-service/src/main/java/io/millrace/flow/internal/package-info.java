// SPDX-License-Identifier: Apache-2.0
/// What other services ask: revisions, their sources. Never routed by the gateway.
@NullMarked
package io.millrace.flow.internal;

import org.jspecify.annotations.NullMarked;
