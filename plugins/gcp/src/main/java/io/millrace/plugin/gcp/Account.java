// SPDX-License-Identifier: Apache-2.0
package io.millrace.plugin.gcp;

import io.millrace.plugin.Default;
import io.millrace.plugin.Title;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// As whom tasks come, and to which store. Without an account a bucket must be public, unless the
/// operator lets tasks come as the worker itself.
public record Account(
        @Title("Key file of a service account, as JSON") @Nullable String serviceAccount,
        @Title("Project, for what belongs to none by its name; that of the account if absent")
                @Nullable String projectId,
        @Title("What the account is used for")
                @Default("[\"https://www.googleapis.com/auth/cloud-platform\"]")
                List<String> scopes,
        @Title("URL of another store than Google's") @Nullable String endpoint) {}
