// SPDX-License-Identifier: Apache-2.0
package io.millrace.local.issuer;

import java.util.List;

/// A user of the development issuer.
///
/// @param groups the `groups` claim of the user's tokens
/// @param may what the embedded default grants them, for people to read
public record DevUser(String name, List<String> groups, String may) {
    /// Everybody who can sign in.
    public static final List<DevUser> ALL =
            List.of(
                    new DevUser("alice", List.of("platform-admins"), "everything in tenant main"),
                    new DevUser("bob", List.of("team-data"), "edits company in tenant main"),
                    new DevUser("carol", List.of("viewers"), "looks at tenant main"),
                    new DevUser("dave", List.of("other-admins"), "everything in tenant other"));
}
