// SPDX-License-Identifier: Apache-2.0
package io.millrace.contracts;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/// Every exchange, queue and routing key. All names bear the installation's name, so that several
/// installations can share a broker.
///
/// @param installation prefix of all names, such as `millrace`
/// @param lanes how many lanes; fixed at installation
public record Topology(String installation, int lanes) {

    public Topology {
        if (lanes < 1 || lanes > 256) {
            throw new IllegalArgumentException("Expected 1 to 256 lanes but got " + lanes);
        }
    }

    /// A durable queue and what it is bound to.
    public record Binding(String queue, String exchange, String routingKey) {}

    public String lanesExchange() {
        return installation + ".lanes";
    }

    public String jobsExchange() {
        return installation + ".jobs";
    }

    public String feedExchange() {
        return installation + ".feed";
    }

    public String logsExchange() {
        return installation + ".logs";
    }

    public String flowsExchange() {
        return installation + ".flows";
    }

    public String controlExchange() {
        return installation + ".control";
    }

    public String heartbeatsExchange() {
        return installation + ".heartbeats";
    }

    public String auditExchange() {
        return installation + ".audit";
    }

    /// Direct answers to one instance; the routing key is the instance's id.
    public String repliesExchange() {
        return installation + ".replies";
    }

    /// All exchanges: durable topics.
    public List<String> exchanges() {
        return List.of(
                lanesExchange(),
                jobsExchange(),
                feedExchange(),
                logsExchange(),
                flowsExchange(),
                controlExchange(),
                heartbeatsExchange(),
                auditExchange(),
                repliesExchange());
    }

    public static String laneKey(int lane) {
        return "lane.%02d".formatted(lane);
    }

    public String laneQueue(int lane) {
        return installation + "." + laneKey(lane);
    }

    public static String jobKey(String group, String tenant) {
        return group + "." + tenant;
    }

    /// Key of the jobs exchange for what goes to one worker alone. No group is named like this.
    public static String workerKey(String workerId) {
        return "@." + workerId;
    }

    public String jobQueue(String group, String tenant) {
        return installation + ".jobs." + jobKey(group, tenant);
    }

    public String logStoreQueue() {
        return installation + ".logs.store";
    }

    public String schedulerEndsQueue() {
        return installation + ".scheduler.ends";
    }

    public String schedulerFlowsQueue() {
        return installation + ".scheduler.flows";
    }

    /// What triggers that run on workers report.
    public String schedulerTriggersQueue() {
        return installation + ".scheduler.triggers";
    }

    public String auditStoreQueue() {
        return installation + ".audit.store";
    }

    public String deadQueue(String queue) {
        return installation + ".dead." + queue.substring(installation.length() + 1);
    }

    public static String feedKey(String tenant, String namespace, String state) {
        return tenant + "." + namespace + "." + state;
    }

    public static String flowKey(String tenant, String namespace, String event) {
        return tenant + "." + namespace + "." + event;
    }

    public Binding lane(int lane) {
        return new Binding(laneQueue(lane), lanesExchange(), laneKey(lane));
    }

    public Binding jobs(String group, String tenant) {
        return new Binding(jobQueue(group, tenant), jobsExchange(), jobKey(group, tenant));
    }

    /// All durable queues that exist from the start, with their bindings. Job queues come with the
    /// tenants.
    public List<Binding> bindings() {
        var all = new ArrayList<Binding>();
        for (int lane = 0; lane < lanes; lane++) {
            all.add(lane(lane));
        }
        all.add(new Binding(logStoreQueue(), logsExchange(), "#"));
        for (var state : List.of("SUCCESS", "WARNING", "FAILED", "KILLED", "CANCELLED", "PAUSED")) {
            all.add(new Binding(schedulerEndsQueue(), feedExchange(), "#." + state));
        }
        all.add(new Binding(schedulerFlowsQueue(), flowsExchange(), "#"));
        all.add(new Binding(schedulerTriggersQueue(), lanesExchange(), Job.TRIGGER));
        all.add(new Binding(auditStoreQueue(), auditExchange(), "#"));
        return List.copyOf(all);
    }

    /// Has the scheduler hear of executions that come to another state than those that it always
    /// hears of.
    public Binding schedulerHears(String state) {
        return new Binding(schedulerEndsQueue(), feedExchange(), "#." + state);
    }

    /// The lane of an execution: murmur3 (x86, 32 bits, seed 0) of its id, modulo the lane count.
    public int laneOf(String executionId) {
        return Integer.remainderUnsigned(
                murmur3(executionId.getBytes(StandardCharsets.UTF_8)), lanes);
    }

    /// MurmurHash3_x86_32 by Austin Appleby (public domain), seed 0.
    static int murmur3(byte[] data) {
        int h = 0;
        int blocks = data.length / 4 * 4;
        for (int i = 0; i < blocks; i += 4) {
            int k =
                    (data[i] & 0xff)
                            | (data[i + 1] & 0xff) << 8
                            | (data[i + 2] & 0xff) << 16
                            | (data[i + 3] & 0xff) << 24;
            h ^= mix(k);
            h = Integer.rotateLeft(h, 13) * 5 + 0xe6546b64;
        }
        int k = 0;
        for (int i = data.length - 1; i >= blocks; i--) {
            k = k << 8 | (data[i] & 0xff);
        }
        h ^= mix(k);
        h ^= data.length;
        h = (h ^ h >>> 16) * 0x85ebca6b;
        h = (h ^ h >>> 13) * 0xc2b2ae35;
        return h ^ h >>> 16;
    }

    private static int mix(int k) {
        return Integer.rotateLeft(k * 0xcc9e2d51, 15) * 0x1b873593;
    }
}
