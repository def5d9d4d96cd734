// SPDX-License-Identifier: Apache-2.0
/// What goes over the wire stays readable by those who run an older or newer version.
@NullMarked
package io.millrace.contracts;

import org.jspecify.annotations.NullMarked;
