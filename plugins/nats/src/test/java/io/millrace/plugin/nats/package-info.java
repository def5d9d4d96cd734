// SPDX-License-Identifier: Apache-2.0
/// Messages of NATS.
@NullMarked
package io.millrace.plugin.nats;

import org.jspecify.annotations.NullMarked;
