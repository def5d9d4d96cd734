// SPDX-License-Identifier: Apache-2.0
/// Databases and brokers for tests: the running PostgreSQL and RabbitMQ where there are some, else
/// the embedded ones.
@NullMarked
package io.millrace.test;

import org.jspecify.annotations.NullMarked;
