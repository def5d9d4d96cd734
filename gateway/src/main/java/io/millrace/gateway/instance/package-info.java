// SPDX-License-Identifier: Apache-2.0
/// The installation as those who run it see it: workers, lanes, queues.
@NullMarked
package io.millrace.gateway.instance;

import org.jspecify.annotations.NullMarked;
