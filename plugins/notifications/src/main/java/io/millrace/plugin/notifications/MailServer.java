// SPDX-License-Identifier: Apache-2.0
package io.millrace.plugin.notifications;

import io.millrace.plugin.Default;
import io.millrace.plugin.Title;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// What sends mail, and as whom to come.
record MailServer(
        @Title("Mail server") String host,
        @Title("Port") @Default("25") Integer port,
        @Title("User") @Nullable String username,
        @Title("Password") @Nullable String password,
        @Title("SMTP, SMTPS (TLS from the start) or SMTP_TLS (STARTTLS)") @Default("SMTPS")
                String transportStrategy,
        @Title("How long each step may take, in milliseconds") @Default("10000")
                Integer sessionTimeout,
        @Title("Whether the server's certificate has to be of its name") @Default("true")
                Boolean verifyServerIdentity,
        @Title("Servers whose certificates aren't checked at all")
                @Nullable List<String> trustedHosts) {}
