// SPDX-License-Identifier: Apache-2.0
/// The web UI's files.
@NullMarked
package io.millrace.gateway.ui;

import org.jspecify.annotations.NullMarked;
