// SPDX-License-Identifier: Apache-2.0
package io.millrace.plugin.azure;

import io.millrace.plugin.Default;
import io.millrace.plugin.Title;
import org.jspecify.annotations.Nullable;

/// How tasks name the storage account and who asks. Without credentials a container must be public.
public record Account(
        @Title("URL of the account's blobs, such as https://account.blob.core.windows.net")
                @Nullable String endpoint,
        @Title("Connection string: endpoint and credentials in one")
                @Nullable String connectionString,
        @Title("Name of the account, if its key is given") @Nullable String sharedKeyAccountName,
        @Title("Key of the account, in Base64") @Nullable String sharedKeyAccountAccessKey,
        @Title("Shared access signature") @Nullable String sasToken,
        @Title("Directory (tenant) of a service principal, in place of a key or a signature")
                @Nullable String tenantId,
        @Title("Application of the service principal") @Nullable String clientId,
        @Title("Secret of the service principal") @Nullable String clientSecret,
        @Title("Certificate and private key of the service principal in PEM, in place of a secret")
                @Nullable String pemCertificate,
        @Title("Where it gets its token; Microsoft's public cloud if absent")
                @Default("https://login.microsoftonline.com")
                String authorityHost) {}
