// SPDX-License-Identifier: Apache-2.0
/// What is true of every connector.
@NullMarked
package io.millrace.connectors;

import org.jspecify.annotations.NullMarked;
