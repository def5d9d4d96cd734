// SPDX-License-Identifier: Apache-2.0
package io.millrace.plugin.git;

import io.millrace.plugin.Title;
import org.jspecify.annotations.Nullable;

/// Where a repository is and how one gets in, as all tasks of this plugin say it.
record Remote(
        @Title("URL of the repository, over https or ssh") String url,
        @Title("Branch; main if absent") @Nullable String branch,
        @Title("User; with a token any name will do") @Nullable String username,
        @Title("Password or token") @Nullable String password,
        @Title("Private key in PEM or OpenSSH format") @Nullable String privateKey,
        @Title("Passphrase of the key") @Nullable String passphrase,
        @Title("Lines as of `known_hosts`; without them the server's key isn't checked")
                @Nullable String knownHosts,
        @Title("Certificate, in PEM, of the authority that the server's is of")
                @Nullable String caCertificate) {}
