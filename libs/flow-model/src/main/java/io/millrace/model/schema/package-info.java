// SPDX-License-Identifier: Apache-2.0

/// The JSON Schema of the flow language.
@NullMarked
package io.millrace.model.schema;

import org.jspecify.annotations.NullMarked;
