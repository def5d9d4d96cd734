// SPDX-License-Identifier: Apache-2.0
package io.millrace.plugin.amqp;

/// What tasks name.
interface At {
    Server server();
}
