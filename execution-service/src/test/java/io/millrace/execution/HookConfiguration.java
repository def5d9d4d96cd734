// SPDX-License-Identifier: Apache-2.0
package io.millrace.execution;

import io.millrace.execution.lane.CommitHook;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/// Lets tests crash an instance between its commit and what follows.
@Configuration
class HookConfiguration {
    @Bean
    CommitHook commitHook() {
        return () -> Suite.hook.committed();
    }
}
