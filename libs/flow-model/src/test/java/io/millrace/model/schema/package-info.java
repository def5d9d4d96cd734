// SPDX-License-Identifier: Apache-2.0

@NullMarked
package io.millrace.model.schema;

import org.jspecify.annotations.NullMarked;
