// SPDX-License-Identifier: Apache-2.0
package io.millrace.plugin.notifications;

import io.millrace.plugin.Title;
import org.jspecify.annotations.Nullable;

/// Who sends a mail, and who gets it.
record Envelope(
        @Title("Sender") @Nullable String from,
        @Title("Receivers, separated by commas") String to,
        @Title("Receivers of copies") @Nullable String cc,
        @Title("Receivers whom nobody sees") @Nullable String bcc) {}
