// SPDX-License-Identifier: Apache-2.0
/// The other services as this one asks them, over HTTP, with all that may go wrong.
@NullMarked
package io.millrace.worker.service;

import org.jspecify.annotations.NullMarked;
