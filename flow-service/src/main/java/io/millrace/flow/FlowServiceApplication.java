// SPDX-License-Identifier: Apache-2.0
package io.millrace.flow;

import io.millrace.platform.ServiceLauncher;
import org.springframework.boot.autoconfigure.SpringBootApplication;

/// The flow service.
@SpringBootApplication
public class FlowServiceApplication {
    public static void main(String... args) {
        ServiceLauncher.run(FlowServiceApplication.class, "flow-service", args);
    }
}
