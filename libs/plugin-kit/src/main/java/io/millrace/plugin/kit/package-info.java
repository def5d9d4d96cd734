// SPDX-License-Identifier: Apache-2.0
/// What connectors share. A plugin of the plugin folder brings its own copy.
@NullMarked
package io.millrace.plugin.kit;

import org.jspecify.annotations.NullMarked;
