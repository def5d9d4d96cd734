// SPDX-License-Identifier: Apache-2.0
package io.millrace.execution;

import io.millrace.platform.ServiceLauncher;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.boot.context.properties.ConfigurationPropertiesScan;
import org.springframework.scheduling.annotation.EnableScheduling;

/// Starts the execution-service.
@SpringBootApplication
@ConfigurationPropertiesScan
@EnableScheduling
public class ExecutionServiceApplication {
    public static void main(String[] args) {
        ServiceLauncher.run(ExecutionServiceApplication.class, "execution-service", args);
    }
}
