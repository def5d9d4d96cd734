// SPDX-License-Identifier: Apache-2.0
package io.millrace.plugin.ldap;

import io.millrace.plugin.Default;
import io.millrace.plugin.Title;
import org.jspecify.annotations.Nullable;

/// Where the directory is, and as whom to come.
record Server(
        @Title("Host") String hostname,
        @Title("Port") @Default("389") Integer port,
        @Title("Who one is: cn=admin,dc=example,dc=com; nobody if absent") @Nullable String userDn,
        @Title("Password") @Nullable String password,
        @Title("NONE, START_TLS or TLS (port 636)") @Default("NONE")
                LdapTask.Encryption encryption) {}
