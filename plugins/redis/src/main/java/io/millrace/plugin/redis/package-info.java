// SPDX-License-Identifier: Apache-2.0
/// Redis.
@NullMarked
package io.millrace.plugin.redis;

import org.jspecify.annotations.NullMarked;
