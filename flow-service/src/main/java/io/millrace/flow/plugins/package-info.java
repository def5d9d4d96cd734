// SPDX-License-Identifier: Apache-2.0
/// What editors ask of the types that flows may use: lists, documentation, JSON Schema.
@NullMarked
package io.millrace.flow.plugins;

import org.jspecify.annotations.NullMarked;
