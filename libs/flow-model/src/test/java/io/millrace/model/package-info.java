// SPDX-License-Identifier: Apache-2.0
/// Ids and values of flows.
@NullMarked
package io.millrace.model;

import org.jspecify.annotations.NullMarked;
