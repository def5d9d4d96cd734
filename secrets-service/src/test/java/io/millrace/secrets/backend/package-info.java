// SPDX-License-Identifier: Apache-2.0
/// Tests of backends.
@NullMarked
package io.millrace.secrets.backend;

import org.jspecify.annotations.NullMarked;
