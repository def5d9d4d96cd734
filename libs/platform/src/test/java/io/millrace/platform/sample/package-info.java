// SPDX-License-Identifier: Apache-2.0
/// A service to try the platform with.
@NullMarked
package io.millrace.platform.sample;

import org.jspecify.annotations.NullMarked;
