// SPDX-License-Identifier: Apache-2.0
package io.millrace.scheduler;

import io.millrace.expressions.Expressions;
import io.millrace.model.yaml.FlowParser;
import io.millrace.platform.ServiceLauncher;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.boot.context.properties.ConfigurationPropertiesScan;
import org.springframework.context.annotation.Bean;
import org.springframework.scheduling.annotation.EnableScheduling;

/// The scheduler service.
@SpringBootApplication
@ConfigurationPropertiesScan
@EnableScheduling
public class SchedulerServiceApplication {
    public static void main(String... args) {
        ServiceLauncher.run(SchedulerServiceApplication.class, "scheduler-service", args);
    }

    @Bean
    Expressions expressions() {
        return new Expressions();
    }

    /// Flows that arrive here were accepted before.
    @Bean
    FlowParser flowParser() {
        return FlowParser.trusting();
    }
}
