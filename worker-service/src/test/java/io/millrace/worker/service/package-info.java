// SPDX-License-Identifier: Apache-2.0
/// Tests of how a worker asks other services.
@NullMarked
package io.millrace.worker.service;

import org.jspecify.annotations.NullMarked;
