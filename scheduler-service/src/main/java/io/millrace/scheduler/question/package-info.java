// SPDX-License-Identifier: Apache-2.0
/// What expressions of triggers ask of stores and of the web, by way of the execution-service.
@NullMarked
package io.millrace.scheduler.question;

import org.jspecify.annotations.NullMarked;
