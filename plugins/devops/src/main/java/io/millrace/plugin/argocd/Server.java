// SPDX-License-Identifier: Apache-2.0
package io.millrace.plugin.argocd;

import io.millrace.plugin.Default;
import io.millrace.plugin.Title;
import org.jspecify.annotations.Nullable;

/// Which application is meant, and where Argo CD is.
record Server(
        @Title("URL of Argo CD, or its host") String server,
        @Title("Token of an account") String token,
        @Title("Name of the application") String application,
        @Title("Namespace of the application, where it isn't Argo CD's own")
                @Nullable String appNamespace,
        @Title("Whether the server has no TLS, where `server` is a host alone") @Default("false")
                Boolean plaintext,
        @Title("Whether any certificate of the server is believed") @Default("false")
                Boolean insecure,
        @Title("Certificate in PEM that is believed in place of the JDK's")
                @Nullable String serverCert) {

    /// What tasks name.
    interface At {
        Server at();
    }

    String url() {
        var text = server.strip().replaceAll("/+$", "");
        return text.contains("://") ? text : (plaintext ? "http://" : "https://") + text;
    }
}
