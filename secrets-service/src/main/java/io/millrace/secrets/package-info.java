// SPDX-License-Identifier: Apache-2.0
/// The secrets service: secrets are stored encrypted and given to tasks alone.
@NullMarked
package io.millrace.secrets;

import org.jspecify.annotations.NullMarked;
