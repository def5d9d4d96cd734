// SPDX-License-Identifier: Apache-2.0
package io.millrace.secrets;

import io.millrace.platform.ServiceLauncher;
import org.springframework.boot.autoconfigure.SpringBootApplication;

/// The secrets service.
@SpringBootApplication
public class SecretsServiceApplication {
    public static void main(String... args) {
        ServiceLauncher.run(SecretsServiceApplication.class, "secrets-service", args);
    }
}
