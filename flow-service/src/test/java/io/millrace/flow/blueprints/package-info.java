// SPDX-License-Identifier: Apache-2.0
@NullMarked
package io.millrace.flow.blueprints;

import org.jspecify.annotations.NullMarked;
