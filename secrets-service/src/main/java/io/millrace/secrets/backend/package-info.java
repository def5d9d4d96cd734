// SPDX-License-Identifier: Apache-2.0
/// Secrets that somebody else keeps: HashiCorp Vault or OpenBao, and the environment.
@NullMarked
package io.millrace.secrets.backend;

import org.jspecify.annotations.NullMarked;
