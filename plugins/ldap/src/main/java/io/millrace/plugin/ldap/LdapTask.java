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
abstract class LdapTask<P extends Record & LdapTask.Server, O extends Record>
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
    interface Server {
        String hostname();

        Integer port();

        @Nullable String userDn();

        @Nullable String password();

        Encryption encryption();
    }

    @Override
    public void start(PluginSettings settings) {
        egress = EgressPolicy.of(settings);
    }

    @Override
    public O run(P properties, TaskContext context) throws Exception {
        var host = properties.hostname().strip();
        egress.check(host, properties.port());
        var options = new LDAPConnectionOptions();
        options.setConnectTimeoutMillis(CONNECT_MILLIS);
        options.setResponseTimeoutMillis(ANSWER_MILLIS);
        options.setFollowReferrals(false);
        options.setAbandonOnTimeout(true);
        options.setSSLSocketVerifier(new com.unboundid.util.ssl.HostNameSSLSocketVerifier(true));
        boolean tls = properties.encryption() == Encryption.TLS;
        var trusted = SSLContext.getDefault();
        try (var ldap =
                        tls
                                ? new LDAPConnection(trusted.getSocketFactory(), options)
                                : new LDAPConnection(options);
                var _ = Cancelling.closes(ldap, context)) {
            ldap.connect(host, properties.port());
            if (properties.encryption() == Encryption.START_TLS) {
                ldap.processExtendedOperation(new StartTLSExtendedRequest(trusted));
            }
            bind(ldap, properties);
            return work(ldap, properties, context);
        } catch (LDAPException e) {
            if (Thread.interrupted()) {
                throw new InterruptedException();
            }
            throw failure(host, e);
        }
    }

    private void bind(LDAPConnection ldap, P properties) throws LDAPException, TaskFailedException {
        if (properties.userDn() == null) {
            return;
        }
        if (properties.password() == null || properties.password().isEmpty()) {
            // the server would take it as nobody's (RFC 4513, 5.1.2)
            throw new TaskFailedException("Expected a password for " + properties.userDn());
        }
        ldap.bind(properties.userDn(), properties.password());
    }

    private static TaskFailedException failure(String host, LDAPException e) {
        return new TaskFailedException(
                switch (e.getResultCode().intValue()) {
                    case ResultCode.INVALID_CREDENTIALS_INT_VALUE ->
                            "LDAP refuses the user or the credentials";
                    case ResultCode.CONNECT_ERROR_INT_VALUE ->
                            "Unable to connect to LDAP at " + host;
                    case ResultCode.TIMEOUT_INT_VALUE -> "No answer in time from LDAP at " + host;
                    default -> "LDAP at %s: %s".formatted(host, e.getMessage());
                },
                e);
    }

    abstract O work(LDAPConnection ldap, P properties, TaskContext context) throws Exception;
}
