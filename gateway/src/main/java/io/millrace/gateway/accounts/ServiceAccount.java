// SPDX-License-Identifier: Apache-2.0
package io.millrace.gateway.accounts;

import org.jspecify.annotations.Nullable;

/// A caller that is no person.
///
/// @param tenant the only one that it may enter; absent if it is of the installation
/// @param name never changes: it is how bindings' readers and the audit log call it
/// @param operator whether it runs the installation
record ServiceAccount(
        String id,
        @Nullable String tenant,
        String name,
        @Nullable String description,
        boolean operator) {

    String subject() {
        return "service-account:" + (tenant == null ? "" : tenant + "/") + name;
    }
}
