// SPDX-License-Identifier: Apache-2.0

/// Encryption of what is stored: AES-GCM under master keys that can be replaced.
@NullMarked
package io.millrace.platform.crypto;

import org.jspecify.annotations.NullMarked;
