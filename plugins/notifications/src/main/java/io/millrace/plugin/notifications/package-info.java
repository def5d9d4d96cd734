// SPDX-License-Identifier: Apache-2.0
/// Messages to people.
@NullMarked
package io.millrace.plugin.notifications;

import org.jspecify.annotations.NullMarked;
