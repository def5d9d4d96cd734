// SPDX-License-Identifier: Apache-2.0
/// Blueprints: what a team begins its flows with, stored for the tenant as a whole.
@NullMarked
package io.millrace.flow.blueprints;

import org.jspecify.annotations.NullMarked;
