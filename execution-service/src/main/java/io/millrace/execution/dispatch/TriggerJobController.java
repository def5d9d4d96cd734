// SPDX-License-Identifier: Apache-2.0
package io.millrace.execution.dispatch;

import io.millrace.contracts.Codec;
import io.millrace.contracts.Job;
import io.millrace.execution.flows.FlowDirectory;
import io.millrace.execution.flows.FlowRef;
import io.millrace.execution.flows.FlowServiceUnavailableException;
import io.millrace.execution.flows.FlowUnusableException;
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
    /// The revision that jobs have which are of a namespace alone, such as those that tell
    /// subscribers.
    private static final int NO_FLOW = 0;

    private final JobMessages jobs;
    private final Broker broker;
    private final FlowDirectory flows;

    TriggerJobController(JobMessages jobs, Broker broker, FlowDirectory flows) {
        this.jobs = jobs;
        this.broker = broker;
        this.flows = flows;
    }

    /// @param group of the trigger itself; absent: that of its flow, or of its namespace
    @PostMapping("/internal/trigger-jobs")
    @ResponseStatus(HttpStatus.NO_CONTENT)
    void send(@RequestParam(required = false) @Nullable String group, @RequestBody byte[] body) {
        var job = Codec.decode(body, Job.class);
        if (!Job.TRIGGER.equals(job.replyTo())) {
            throw new ServiceException.Malformed("Expected the job of a trigger");
        }
        broker.publisher().publish(jobs.ofTrigger(job, group == null ? groupOf(job) : group));
    }

    /// @throws ServiceException.Refused if the flow can't be run: then nothing says who may run it
    private @Nullable String groupOf(Job job) {
        if (job.revision() == NO_FLOW) {
            return null;
        }
        try {
            var flow = new FlowRef(job.tenant(), job.namespace(), job.flowId(), job.revision());
            var group = flows.get(flow).flow().workerGroup();
            return group == null || group.key().contains("{{") ? null : group.key();
        } catch (FlowUnusableException e) {
            throw new ServiceException.Refused(e.detail());
        } catch (FlowServiceUnavailableException e) {
            throw new ServiceException.Unavailable("The flow can't be looked up for now");
        }
    }
}
