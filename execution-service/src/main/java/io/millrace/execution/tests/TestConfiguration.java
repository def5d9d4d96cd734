// SPDX-License-Identifier: Apache-2.0
package io.millrace.execution.tests;

import io.millrace.execution.Reads;
import io.millrace.execution.files.LargeOutputs;
import io.millrace.execution.flows.FlowClient;
import io.millrace.execution.flows.FlowDirectory;
import io.millrace.execution.follow.Feed;
import io.millrace.execution.lane.Lanes;
import io.millrace.execution.search.Executions;
import io.millrace.execution.start.ExecutionStarter;
import io.millrace.expressions.Expressions;
import io.millrace.platform.access.Access;
import io.millrace.storage.InternalStorage;
import java.time.Clock;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.jdbc.core.simple.JdbcClient;

/// How this feature is put together.
@Configuration
@EnableConfigurationProperties(TestProperties.class)
class TestConfiguration {

    @Bean
    SuiteRunner suiteRunner(
            FlowClient flowClient,
            FlowDirectory flows,
            ExecutionStarter starter,
            Executions executions,
            LargeOutputs largeOutputs,
            Reads reads,
            Feed feed,
            Lanes lanes,
            InternalStorage storage,
            Expressions expressions,
            JdbcClient jdbc,
            TestProperties properties,
            Access access,
            Clock clock) {
        return new SuiteRunner(
                flowClient,
                starter,
                new TestExecutions(
                        starter,
                        flows,
                        executions,
                        largeOutputs,
                        reads,
                        feed,
                        lanes,
                        storage,
                        expressions),
                new TestRuns(jdbc),
                properties,
                access,
                clock);
    }
}
