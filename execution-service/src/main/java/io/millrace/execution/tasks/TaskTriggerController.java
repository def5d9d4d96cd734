// SPDX-License-Identifier: Apache-2.0
package io.millrace.execution.tasks;

import io.millrace.platform.access.Access;
import io.millrace.platform.access.Caller;
import io.millrace.platform.access.Permission;
import io.millrace.platform.identity.TokenSigner;
import java.net.URI;
import java.util.Map;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;

/// Triggers, for tasks that switch them.
@RestController
@RequestMapping("/internal/tasks/triggers")
final class TaskTriggerController {
    private final TriggerClient triggers;
    private final Access access;

    TaskTriggerController(
            @Value("${millrace.services.scheduler.url:http://127.0.0.1:8083}") URI url,
            TokenSigner tokens,
            Access access) {
        this.triggers = new TriggerClient(url, tokens);
        this.access = access;
    }

    record Wanted(String namespace, String flowId, String triggerId, boolean disabled) {}

    @PostMapping("/disabled")
    Map<String, String> setDisabled(@RequestBody Wanted wanted) {
        return TaskController.asTask(() -> {
            access.require(Permission.TRIGGER_UPDATE, wanted.namespace());
            triggers.set(
                    new TriggerClient.Switch(
                            Caller.current().tenant(),
                            wanted.namespace(),
                            wanted.flowId(),
                            wanted.triggerId(),
                            wanted.disabled()));
            return Map.of();
        });
    }
}
