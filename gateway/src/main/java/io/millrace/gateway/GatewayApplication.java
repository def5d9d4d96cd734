// SPDX-License-Identifier: Apache-2.0
package io.millrace.gateway;

import io.millrace.platform.ServiceLauncher;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.boot.context.properties.ConfigurationPropertiesScan;

/// The gateway.
@SpringBootApplication
@ConfigurationPropertiesScan
public class GatewayApplication {
    public static void main(String[] args) {
        ServiceLauncher.run(GatewayApplication.class, "gateway", args);
    }
}
