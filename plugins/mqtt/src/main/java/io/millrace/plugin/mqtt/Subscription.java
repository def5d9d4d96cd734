// SPDX-License-Identifier: Apache-2.0
package io.millrace.plugin.mqtt;

/// What is listened to.
interface Subscription extends Broker {
    Object topic();

    Integer qos();

    Serde serdeType();
}
