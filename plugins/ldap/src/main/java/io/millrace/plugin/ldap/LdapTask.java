// SPDX-License-Identifier: Apache-2.0
package io.millrace.plugin.ldap;

import com.unboundid.ldap.sdk.LDAPConnection;
import com.unboundid.ldap.sdk.LDAPConnectionOptions;
import com.unboundid.ldap.sdk.LDAPException;
import com.unboundid.ldap.sdk.ResultCode;
import com.unboundid.ldap.sdk.extensions.StartTLSExtendedRequest;
import io.millrace.plugin.PluginSettings;
import io.millrace.plugin.TaskContext;
import io.millrace.plugin.TaskFailedException;
import io.millrace.plugin.TaskPlugin;
import io.millrace.plugin.kit.Cancelling;
import io.millrace.plugin.kit.EgressPolicy;
import java.util.Map;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;

/// What tasks share: a connection that a kill closes, and errors in words.
abstract class LdapTask<P extends Record & LdapTask.At, O extends Record>
        implements TaskPlugin<P, O> {
    private static final int CONNECT_MILLIS = 10_000;
    private static final long ANSWER_MILLIS = 60_000;

    private EgressPolicy egress = EgressPolicy.of(new PluginSettings(Map.of()));

    /// How a connection is encrypted.
    public enum Encryption {
        NONE,
        START_TLS,
        TLS
    }

    /// What tasks name.
    interface At {
        Server server();
    }

    @Override
    public void start(PluginSettings settings) {
        egress = EgressPolicy.of(settings);
    }

    @Override
    public O run(P properties, TaskContext context) throws Exception {
        var server = properties.server();
        var host = server.hostname().strip();
        egress.check(host, server.port());
        var options = new LDAPConnectionOptions();
        options.setConnectTimeoutMillis(CONNECT_MILLIS);
        options.setResponseTimeoutMillis(ANSWER_MILLIS);
        options.setFollowReferrals(false);
        options.setAbandonOnTimeout(true);
        options.setSSLSocketVerifier(new com.unboundid.util.ssl.HostNameSSLSocketVerifier(true));
        boolean tls = server.encryption() == Encryption.TLS;
        var trusted = SSLContext.getDefault();
        try (var ldap =
                        tls
                                ? new LDAPConnection(trusted.getSocketFactory(), options)
                                : new LDAPConnection(options);
                var _ = Cancelling.closes(ldap, context)) {
            ldap.connect(host, server.port());
            if (server.encryption() == Encryption.START_TLS) {
                ldap.processExtendedOperation(new StartTLSExtendedRequest(trusted));
            }
            bind(ldap, server);
            return work(ldap, properties, context);
        } catch (LDAPException e) {
            if (Thread.interrupted()) {
                throw new InterruptedException();
            }
            throw failure(host, server.userDn(), e);
        }
    }

    private static void bind(LDAPConnection ldap, Server server)
            throws LDAPException, TaskFailedException {
        if (server.userDn() == null) {
            return;
        }
        if (server.password() == null || server.password().isEmpty()) {
            // the server would take it as nobody's (RFC 4513, 5.1.2)
            throw new TaskFailedException("Expected a password for " + server.userDn());
        }
        ldap.bind(server.userDn(), server.password());
    }

    private static TaskFailedException failure(
            String host, @Nullable String user, LDAPException e) {
        return new TaskFailedException(
                switch (e.getResultCode().intValue()) {
                    case ResultCode.INVALID_CREDENTIALS_INT_VALUE ->
                            "LDAP at %s refuses the user '%s' or the credentials"
                                    .formatted(host, user);
                    case ResultCode.CONNECT_ERROR_INT_VALUE ->
                            "Unable to connect to LDAP at " + host;
                    case ResultCode.TIMEOUT_INT_VALUE -> "No answer in time from LDAP at " + host;
                    default -> "LDAP at %s: %s".formatted(host, e.getMessage());
                },
                e);
    }

    abstract O work(LDAPConnection ldap, P properties, TaskContext context) throws Exception;
}
