// SPDX-License-Identifier: Apache-2.0
/// PostgreSQL and an AMQP 0-9-1 broker that come with the process and keep their data in a
/// directory.
@NullMarked
package io.millrace.embedded;

import org.jspecify.annotations.NullMarked;
