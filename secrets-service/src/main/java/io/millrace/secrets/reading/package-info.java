// SPDX-License-Identifier: Apache-2.0
/// Values for tasks, on presentation of a task token.
@NullMarked
package io.millrace.secrets.reading;

import org.jspecify.annotations.NullMarked;
