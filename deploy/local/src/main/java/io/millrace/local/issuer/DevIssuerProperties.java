// SPDX-License-Identifier: Apache-2.0
package io.millrace.local.issuer;

import java.net.URI;
import java.nio.file.Path;
import org.springframework.boot.context.properties.ConfigurationProperties;

/// @param url what tokens name as their issuer
/// @param directory of the signing key and the users' passwords
@ConfigurationProperties("millrace.dev-issuer")
record DevIssuerProperties(URI url, Path directory) {}
