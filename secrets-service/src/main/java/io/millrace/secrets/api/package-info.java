// SPDX-License-Identifier: Apache-2.0
/// What users see of secrets: names and descriptions, never values.
@NullMarked
package io.millrace.secrets.api;

import org.jspecify.annotations.NullMarked;
