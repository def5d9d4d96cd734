// SPDX-License-Identifier: Apache-2.0
package io.millrace.local.issuer;

import java.util.List;

/// A user of the development issuer.
///
/// @param group the one group of the user's `groups` claim
/// @param grants what the embedded default lets the group do
public record DevUser(String name, String group, List<Grant> grants) {

    /// @param namespace with all below it; empty for the whole tenant
    public record Grant(String tenant, String role, String namespace) {}

    /// Their members run the installation.
    public static final List<String> OPERATORS = List.of("platform-admins", "platform-operators");

    /// Everybody who can sign in.
    public static final List<DevUser> ALL =
            List.of(
                    new DevUser(
                            "alice", "platform-admins", List.of(new Grant("main", "ADMIN", ""))),
                    new DevUser(
                            "bob",
                            "team-data",
                            List.of(
                                    new Grant("main", "EDITOR", "company"),
                                    new Grant("main", "EDITOR", "examples"))),
                    new DevUser("carol", "viewers", List.of(new Grant("main", "VIEWER", ""))),
                    new DevUser("dave", "other-admins", List.of(new Grant("other", "ADMIN", ""))),
                    new DevUser("olga", "platform-operators", List.of()));

    public DevUser {
        grants = List.copyOf(grants);
    }
}
