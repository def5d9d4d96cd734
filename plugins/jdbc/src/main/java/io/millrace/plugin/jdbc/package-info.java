// SPDX-License-Identifier: Apache-2.0
/// Databases over JDBC.
@NullMarked
package io.millrace.plugin.jdbc;

import org.jspecify.annotations.NullMarked;
