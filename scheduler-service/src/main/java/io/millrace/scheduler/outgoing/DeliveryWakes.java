// SPDX-License-Identifier: Apache-2.0
package io.millrace.scheduler.outgoing;

import io.millrace.scheduler.loop.Wakes;
import org.springframework.stereotype.Component;

/// Wakes the loop of deliveries.
@Component
class DeliveryWakes extends Wakes {}
