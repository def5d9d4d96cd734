// SPDX-License-Identifier: Apache-2.0
/// Vault and OpenBao.
@NullMarked
package io.millrace.plugin.vault;

import org.jspecify.annotations.NullMarked;
