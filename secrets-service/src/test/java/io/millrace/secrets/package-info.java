// SPDX-License-Identifier: Apache-2.0
/// Tests of the secrets service.
@NullMarked
package io.millrace.secrets;

import org.jspecify.annotations.NullMarked;
