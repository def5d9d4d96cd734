// SPDX-License-Identifier: Apache-2.0
/// Tests.
@NullMarked
package io.millrace.plugin.avro;

import org.jspecify.annotations.NullMarked;
