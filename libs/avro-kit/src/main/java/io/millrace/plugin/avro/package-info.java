// SPDX-License-Identifier: Apache-2.0
/// Between Avro and what flows hold.
@NullMarked
package io.millrace.plugin.avro;

import org.jspecify.annotations.NullMarked;
