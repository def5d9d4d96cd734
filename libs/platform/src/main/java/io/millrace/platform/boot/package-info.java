// SPDX-License-Identifier: Apache-2.0
/// What all services have in common when they start: configuration, auto-configuration allow-list.
@NullMarked
package io.millrace.platform.boot;

import org.jspecify.annotations.NullMarked;
