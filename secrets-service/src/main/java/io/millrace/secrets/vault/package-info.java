// SPDX-License-Identifier: Apache-2.0
/// HashiCorp Vault and OpenBao over their HTTP API: who signs in there, and how.
@NullMarked
package io.millrace.secrets.vault;

import org.jspecify.annotations.NullMarked;
