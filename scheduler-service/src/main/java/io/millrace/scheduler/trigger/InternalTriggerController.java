// SPDX-License-Identifier: Apache-2.0
package io.millrace.scheduler.trigger;

import org.springframework.http.HttpStatus;
import org.springframework.web.bind.annotation.PutMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;

/// Triggers as the execution-service changes them for tasks. It has looked at what the task may do.
@RestController
@RequestMapping("/internal/triggers")
class InternalTriggerController {
    private final Triggers triggers;

    InternalTriggerController(Triggers triggers) {
        this.triggers = triggers;
    }

    record Switch(
            String tenant, String namespace, String flowId, String triggerId, boolean disabled) {}

    @PutMapping("/disabled")
    @ResponseStatus(HttpStatus.NO_CONTENT)
    void setDisabled(@RequestBody Switch wanted) {
        var key =
                new TriggerRow.Key(
                        new TriggerRow.FlowKey(
                                wanted.tenant(), wanted.namespace(), wanted.flowId()),
                        wanted.triggerId());
        var _ =
                triggers.setDisabled(key, wanted.disabled())
                        .orElseThrow(() -> TriggerChanges.notFound(key));
    }
}
