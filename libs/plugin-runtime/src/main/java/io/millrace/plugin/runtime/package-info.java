// SPDX-License-Identifier: Apache-2.0
/// Between properties as a flow has them and a plugin's records.
@NullMarked
package io.millrace.plugin.runtime;

import org.jspecify.annotations.NullMarked;
