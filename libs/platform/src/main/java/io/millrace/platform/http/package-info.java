// SPDX-License-Identifier: Apache-2.0
/// Calls from service to service: signed, bounded, repeated with jitter, cut off when hopeless.
@NullMarked
package io.millrace.platform.http;

import org.jspecify.annotations.NullMarked;
