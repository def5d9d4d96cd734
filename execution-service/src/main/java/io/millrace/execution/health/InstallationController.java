// SPDX-License-Identifier: Apache-2.0
package io.millrace.execution.health;

import io.millrace.contracts.Control;
import io.millrace.contracts.Installation;
import io.millrace.contracts.Installation.Purpose;
import io.millrace.contracts.Topology;
import io.millrace.execution.dispatch.JobMessages;
import io.millrace.execution.lane.Lanes;
import io.millrace.platform.broker.Broker;
import io.millrace.platform.broker.BrokerUnavailableException;
import io.millrace.platform.broker.OutgoingMessage;
import io.millrace.platform.problem.ServiceException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.springframework.http.HttpStatus;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;

/// What the gateway shows to operators, and what they say to workers.
@RestController
final class InstallationController {
    private final Lanes lanes;
    private final JobMessages jobs;
    private final Broker broker;

    InstallationController(Lanes lanes, JobMessages jobs, Broker broker) {
        this.lanes = lanes;
        this.jobs = jobs;
        this.broker = broker;
    }

    /// @throws ServiceException.Unavailable if the broker is away
    @GetMapping("/internal/installation")
    Installation look() {
        var topology = broker.topology();
        var known = new LinkedHashMap<String, JobMessages.Queue>();
        jobs.queues().forEach(queue -> known.put(queue.name(topology), queue));
        var names = new ArrayList<String>();
        topology.bindings().stream().map(Topology.Binding::queue).distinct().forEach(names::add);
        names.addAll(known.keySet());
        var depths = new HashMap<String, Broker.Depth>();
        try {
            broker.depths(names).forEach(depth -> depths.put(depth.queue(), depth));
            // few: one is made when its first message is put aside
            broker.depths(names.stream().map(topology::deadQueue).toList())
                    .forEach(depth -> depths.put(depth.queue(), depth));
        } catch (BrokerUnavailableException e) {
            throw new ServiceException.Unavailable("The broker is away. Try again");
        }
        return new Installation(
                lanes.instances(),
                lanes.lanes().entrySet().stream()
                        .map(lane ->
                                new Installation.Lane(
                                        lane.getKey(),
                                        lane.getValue().orElse(null),
                                        waiting(depths, topology.laneQueue(lane.getKey()))))
                        .toList(),
                queues(topology, names, known, depths));
    }

    private static long waiting(Map<String, Broker.Depth> depths, String queue) {
        var depth = depths.get(queue);
        return depth == null ? 0 : depth.messages();
    }

    /// All but those of the lanes, which are shown as lanes.
    private static List<Installation.Queue> queues(
            Topology topology,
            List<String> names,
            Map<String, JobMessages.Queue> jobs,
            Map<String, Broker.Depth> depths) {
        var ofLanes =
                IntStream.range(0, topology.lanes())
                        .mapToObj(topology::laneQueue)
                        .collect(Collectors.toSet());
        var queues = new ArrayList<Installation.Queue>();
        for (var name : names) {
            var depth = depths.get(name);
            var job = jobs.get(name);
            if (depth != null && job != null) {
                queues.add(
                        new Installation.Queue(
                                name,
                                Purpose.JOBS,
                                job.group(),
                                job.tenant(),
                                depth.messages(),
                                depth.consumers()));
            } else if (depth != null && !ofLanes.contains(name)) {
                queues.add(
                        new Installation.Queue(
                                name,
                                purposeOf(topology, name),
                                null,
                                null,
                                depth.messages(),
                                depth.consumers()));
            }
            var dead = depths.get(topology.deadQueue(name));
            if (dead != null) {
                queues.add(
                        new Installation.Queue(
                                dead.queue(),
                                Purpose.DEAD,
                                null,
                                null,
                                dead.messages(),
                                dead.consumers()));
            }
        }
        return queues;
    }

    private static Purpose purposeOf(Topology topology, String queue) {
        if (queue.equals(topology.logStoreQueue())) {
            return Purpose.LOGS;
        }
        return queue.equals(topology.auditStoreQueue()) ? Purpose.AUDIT : Purpose.TRIGGERS;
    }

    @PostMapping("/internal/workers/{id}/drain")
    @ResponseStatus(HttpStatus.NO_CONTENT)
    void drain(@PathVariable String id) {
        tell("drain", new Control.Drain(id));
    }

    @PostMapping("/internal/workers/{id}/resume")
    @ResponseStatus(HttpStatus.NO_CONTENT)
    void resume(@PathVariable String id) {
        tell("resume", new Control.Resume(id));
    }

    private void tell(String key, Control control) {
        try {
            broker.publisher()
                    .publish(
                            OutgoingMessage.transientEvent(
                                    broker.topology().controlExchange(), key, control));
        } catch (BrokerUnavailableException e) {
            throw new ServiceException.Unavailable("The broker is away. Try again");
        }
    }
}
