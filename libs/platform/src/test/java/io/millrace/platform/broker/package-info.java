// SPDX-License-Identifier: Apache-2.0
/// The broker layer against both brokers.
@NullMarked
package io.millrace.platform.broker;

import org.jspecify.annotations.NullMarked;
