// SPDX-License-Identifier: Apache-2.0
/// Envelope encryption: values under a tenant's data key, data keys under the master key.
@NullMarked
package io.millrace.secrets.crypto;

import org.jspecify.annotations.NullMarked;
