// SPDX-License-Identifier: Apache-2.0
/// What is read from YAML, and what is said of what can't be.
@NullMarked
package io.millrace.model.yaml;

import org.jspecify.annotations.NullMarked;
