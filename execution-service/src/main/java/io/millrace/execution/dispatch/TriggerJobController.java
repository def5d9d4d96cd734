// SPDX-License-Identifier: Apache-2.0
package io.millrace.execution.dispatch;

import io.millrace.contracts.Codec;
import io.millrace.contracts.Job;
import io.millrace.platform.broker.Broker;
import io.millrace.platform.problem.ServiceException;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;

/// Sends triggers that workers run. The scheduler asks for it: tokens of tasks are made here.
@RestController
final class TriggerJobController {
    private final JobMessages jobs;
    private final Broker broker;

    TriggerJobController(JobMessages jobs, Broker broker) {
        this.jobs = jobs;
        this.broker = broker;
    }

    @PostMapping("/internal/trigger-jobs")
    @ResponseStatus(HttpStatus.NO_CONTENT)
    void send(@RequestParam(required = false) @Nullable String group, @RequestBody byte[] body) {
        var job = Codec.decode(body, Job.class);
        if (!Job.TRIGGER.equals(job.replyTo())) {
            throw new ServiceException.Malformed("Expected the job of a trigger");
        }
        broker.publisher().publish(jobs.ofTrigger(job, group));
    }
}
