// SPDX-License-Identifier: Apache-2.0
/// Messages to and from Kafka.
@NullMarked
package io.millrace.plugin.kafka;

import org.jspecify.annotations.NullMarked;
