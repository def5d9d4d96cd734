// SPDX-License-Identifier: Apache-2.0
/// Plugins that lie in folders beside Millrace, each with its own class loader.
@NullMarked
package io.millrace.plugin.runtime.install;

import org.jspecify.annotations.NullMarked;
