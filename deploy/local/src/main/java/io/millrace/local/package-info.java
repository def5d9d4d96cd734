// SPDX-License-Identifier: Apache-2.0
/// The embedded default: all services, their database, broker and sign-in on one machine.
@NullMarked
package io.millrace.local;

import org.jspecify.annotations.NullMarked;
