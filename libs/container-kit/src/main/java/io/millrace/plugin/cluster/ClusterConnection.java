// SPDX-License-Identifier: Apache-2.0
package io.millrace.plugin.cluster;

import io.millrace.plugin.Title;
import org.jspecify.annotations.Nullable;

/// Which cluster, and as whom.
public record ClusterConnection(
        @Title("URL of the API server") @Nullable String masterUrl,
        @Title("Certificates that are trusted, in PEM or that in Base64")
                @Nullable String caCertData,
        @Title("The client's certificate, in PEM or that in Base64")
                @Nullable String clientCertData,
        @Title("The client's key, in PEM or that in Base64") @Nullable String clientKeyData,
        @Title("Without effect: the key itself says whether it is of RSA or EC")
                @Nullable String clientKeyAlgo,
        @Title("A bearer token") @Nullable String oauthToken,
        @Title("User") @Nullable String username,
        @Title("Password") @Nullable String password,
        @Title("Namespace, where the task names none") @Nullable String namespace,
        @Title("Whether any certificate of the server is taken") @Nullable Boolean trustCerts,
        @Title("Whether the server's name needn't be that of its certificate")
                @Nullable Boolean disableHostnameVerification) {}
