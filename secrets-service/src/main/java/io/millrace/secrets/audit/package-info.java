// SPDX-License-Identifier: Apache-2.0
/// Audit events, written with what they tell of and published after.
@NullMarked
package io.millrace.secrets.audit;

import org.jspecify.annotations.NullMarked;
