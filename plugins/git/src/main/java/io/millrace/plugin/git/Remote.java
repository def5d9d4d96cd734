// SPDX-License-Identifier: Apache-2.0
package io.millrace.plugin.git;

import org.jspecify.annotations.Nullable;

/// Where a repository is and how one gets in, as all tasks of this plugin say it.
interface Remote {
    String url();

    @Nullable String branch();

    @Nullable String username();

    @Nullable String password();

    @Nullable String privateKey();

    @Nullable String passphrase();

    @Nullable String knownHosts();

    @Nullable String caCertificate();
}
