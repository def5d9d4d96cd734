// SPDX-License-Identifier: Apache-2.0
/// AMQP 0-9-1.
@NullMarked
package io.millrace.plugin.amqp;

import org.jspecify.annotations.NullMarked;
