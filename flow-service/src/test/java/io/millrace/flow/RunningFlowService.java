// SPDX-License-Identifier: Apache-2.0
package io.millrace.flow;

import io.millrace.platform.ServiceLauncher;
import io.millrace.platform.access.Caller;
import io.millrace.platform.access.Grant;
import io.millrace.platform.access.Role;
import io.millrace.platform.access.TaskIdentity;
import io.millrace.platform.identity.IdentityKeys;
import io.millrace.platform.identity.TaskTokens;
import io.millrace.platform.identity.TokenSigner;
import io.millrace.test.TestBroker;
import io.millrace.test.TestDatabase;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import org.springframework.context.ConfigurableApplicationContext;

/// The service as it starts in production, on a real database and broker.
final class RunningFlowService implements AutoCloseable {
    private static final Duration HOUR = Duration.ofHours(1);

    private final TestDatabase database = TestDatabase.create();
    private final TestBroker broker = TestBroker.create();
    private final Path keys;
    private final ConfigurableApplicationContext service;

    RunningFlowService(Path keys) throws Exception {
        this.keys = keys;
        IdentityKeys.generate(keys);
        try (var connection = database.connect();
                var statement = connection.createStatement()) {
            statement.execute("create schema flow");
        }
        var overrides = new HashMap<String, String>();
        overrides.putAll(database.properties());
        overrides.putAll(broker.properties());
        overrides.putAll(IdentityKeys.properties(keys, "flow"));
        overrides.put("server.port", "0");
        overrides.put("millrace.storage.directory", keys.resolve("storage").toString());
        service = ServiceLauncher.run(FlowServiceApplication.class, "flow-service", overrides);
    }

    String url() {
        return "http://127.0.0.1:" + service.getEnvironment().getProperty("local.server.port");
    }

    String token(Role role, String namespace) {
        return new TokenSigner(IdentityKeys.keyFile(keys, "gateway"), HOUR, Clock.systemUTC())
                .forCaller(new Caller("main", "ada", List.of(new Grant(role, namespace))), HOUR);
    }

    /// The token of a task of a flow.
    String taskToken(String namespace, String flow) throws Exception {
        return new TaskTokens(keys.resolve("task-token.key"), HOUR, Clock.systemUTC())
                .issue(new TaskIdentity("main", namespace, flow, "exec", null));
    }

    TestDatabase database() {
        return database;
    }

    @Override
    public void close() {
        service.close();
        broker.close();
        database.close();
    }
}
