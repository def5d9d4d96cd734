// SPDX-License-Identifier: Apache-2.0
package io.millrace.plugin.ldap;

import com.unboundid.ldap.listener.InMemoryDirectoryServer;
import com.unboundid.ldap.listener.InMemoryDirectoryServerConfig;
import com.unboundid.ldap.sdk.LDAPException;
import com.unboundid.ldap.sdk.OperationType;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

/// Against UnboundID's directory server.
class UnboundIdTest extends LdapCases {
    private final InMemoryDirectoryServer server;

    UnboundIdTest() throws LDAPException {
        var config = new InMemoryDirectoryServerConfig("dc=example,dc=com");
        config.addAdditionalBindCredentials(ADMIN, PASSWORD);
        config.setAuthenticationRequiredOperationTypes(OperationType.SEARCH, OperationType.ADD);
        config.setSchema(null);
        server = new InMemoryDirectoryServer(config);
    }

    @BeforeEach
    void start() throws Exception {
        server.startListening();
        server.add("dn: dc=example,dc=com", "objectClass: domain", "dc: example");
    }

    @AfterEach
    void stop() {
        server.shutDown(true);
    }

    @Override
    int port() {
        return server.getListenPort();
    }
}
