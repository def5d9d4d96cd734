// SPDX-License-Identifier: Apache-2.0
package io.millrace.plugin.elasticsearch;

import io.millrace.plugin.Title;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Which cluster, and as whom.
public record Connection(
        @Title("URLs of nodes; the first that answers is asked") List<String> hosts,
        @Title("User and password") @Nullable BasicAuth basicAuth,
        @Title("Headers, such as `Authorization: ApiKey …`") @Nullable List<String> headers,
        @Title("What all paths begin with") @Nullable String pathPrefix) {

    /// @param username user
    public record BasicAuth(
            @Title("User") @Nullable String username,
            @Title("Password") @Nullable String password) {}
}
