// SPDX-License-Identifier: Apache-2.0
package io.millrace.local.issuer;

import io.millrace.embedded.Passwords;
import java.net.URI;
import java.nio.file.Path;
import java.util.Map;
import org.springframework.boot.Banner;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;

/// Starts the development issuer. Browsers reach it through the gateway, under the path of its
/// issuer URL.
public final class DevIssuer {
    private DevIssuer() {}

    /// The client as which the gateway signs browsers in.
    public static final String GATEWAY_CLIENT = DevIssuerConfiguration.GATEWAY;

    /// The file with that client's secret, made if it isn't there.
    ///
    /// @param directory as in [#start]
    public static Path gatewaySecret(Path directory) {
        var file = DevIssuerConfiguration.gatewaySecret(directory);
        Passwords.inFile(file);
        return file;
    }

    /// @param issuer the URL that tokens name, such as `http://localhost:8080/dev-issuer`
    /// @param port on 127.0.0.1
    /// @param directory of the signing key and the users' passwords
    public static ConfigurableApplicationContext start(URI issuer, int port, Path directory) {
        return new SpringApplicationBuilder(DevIssuerConfiguration.class)
                .bannerMode(Banner.Mode.OFF)
                .logStartupInfo(false)
                .properties(
                        Map.of(
                                "spring.config.name",
                                "dev-issuer",
                                "spring.application.name",
                                "dev-issuer"))
                .run(
                        "--server.port=" + port,
                        "--server.servlet.context-path=" + issuer.getPath(),
                        "--millrace.dev-issuer.url=" + issuer,
                        "--millrace.dev-issuer.directory=" + directory);
    }
}
