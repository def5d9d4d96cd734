// SPDX-License-Identifier: Apache-2.0
package io.millrace.worker;

import io.millrace.platform.ServiceLauncher;
import org.springframework.boot.autoconfigure.SpringBootApplication;

@SpringBootApplication
public class WorkerServiceApplication {
    public static void main(String[] args) {
        ServiceLauncher.run(WorkerServiceApplication.class, "worker-service", args);
    }
}
