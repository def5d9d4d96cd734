// SPDX-License-Identifier: Apache-2.0
/// Flows: saved, validated, found, each change a new revision.
@NullMarked
package io.millrace.flow.flows;

import org.jspecify.annotations.NullMarked;
