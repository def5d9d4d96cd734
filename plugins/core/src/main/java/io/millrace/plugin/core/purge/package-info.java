// SPDX-License-Identifier: Apache-2.0
/// Tasks that delete what is old.
@NullMarked
package io.millrace.plugin.core.purge;

import org.jspecify.annotations.NullMarked;
