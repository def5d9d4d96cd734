// SPDX-License-Identifier: Apache-2.0
/// Certificates (X.509): what they say, and how long they last.
@NullMarked
package io.millrace.plugin.certificates;

import org.jspecify.annotations.NullMarked;
