// SPDX-License-Identifier: Apache-2.0
/// What services say to each other over the broker, how it is coded, and where it goes.
@NullMarked
package io.millrace.contracts;

import org.jspecify.annotations.NullMarked;
