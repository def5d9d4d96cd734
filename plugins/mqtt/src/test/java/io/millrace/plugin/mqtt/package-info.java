// SPDX-License-Identifier: Apache-2.0
/// Messages of MQTT.
@NullMarked
package io.millrace.plugin.mqtt;

import org.jspecify.annotations.NullMarked;
