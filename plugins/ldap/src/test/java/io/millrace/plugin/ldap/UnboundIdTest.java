// SPDX-License-Identifier: Apache-2.0
package io.millrace.plugin.ldap;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.unboundid.ldap.listener.InMemoryDirectoryServer;
import com.unboundid.ldap.listener.InMemoryDirectoryServerConfig;
import com.unboundid.ldap.listener.interceptor.InMemoryInterceptedSimpleBindRequest;
import com.unboundid.ldap.listener.interceptor.InMemoryOperationInterceptor;
import com.unboundid.ldap.sdk.LDAPException;
import com.unboundid.ldap.sdk.OperationType;
import io.millrace.plugin.TaskFailedException;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// Against UnboundID's directory server.
class UnboundIdTest extends LdapCases {
    private final InMemoryDirectoryServer server;
    private final List<String> binds = new CopyOnWriteArrayList<>();

    UnboundIdTest() throws LDAPException {
        var config = new InMemoryDirectoryServerConfig("dc=example,dc=com");
        config.addAdditionalBindCredentials(ADMIN, PASSWORD);
        config.setAuthenticationRequiredOperationTypes(OperationType.SEARCH, OperationType.ADD);
        config.setSchema(null);
        config.addInMemoryOperationInterceptor(
                new InMemoryOperationInterceptor() {
                    @Override
                    public void processSimpleBindRequest(
                            InMemoryInterceptedSimpleBindRequest request) {
                        binds.add(request.getRequest().getBindDN());
                    }
                });
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

    @Test
    void aServerThatDoesNotTurnToTlsIsToldNoPassword() {
        assertThatThrownBy(() -> run(new Search(), "encryption", "START_TLS"))
                .isInstanceOf(TaskFailedException.class)
                .hasMessageStartingWith("LDAP at 127.0.0.1: No extended operation");

        assertThat(binds).isEmpty();
    }

    @Override
    int port() {
        return server.getListenPort();
    }
}
