// SPDX-License-Identifier: Apache-2.0
/// Tests.
@NullMarked
package io.millrace.storage;

import org.jspecify.annotations.NullMarked;
