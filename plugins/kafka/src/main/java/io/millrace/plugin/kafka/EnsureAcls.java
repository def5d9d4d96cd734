// SPDX-License-Identifier: Apache-2.0
package io.millrace.plugin.kafka;

import io.millrace.plugin.Default;
import io.millrace.plugin.Plugin;
import io.millrace.plugin.TaskContext;
import io.millrace.plugin.TaskFailedException;
import io.millrace.plugin.Title;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.common.acl.AccessControlEntry;
import org.apache.kafka.common.acl.AccessControlEntryFilter;
import org.apache.kafka.common.acl.AclBinding;
import org.apache.kafka.common.acl.AclBindingFilter;
import org.apache.kafka.common.resource.PatternType;
import org.apache.kafka.common.resource.ResourcePattern;

/// Makes rules of who may do what, where they aren't there.
@Plugin(
        type = "io.millrace.plugin.kafka.admin.EnsureAcls",
        title = "Let somebody do something in Kafka, or not")
public final class EnsureAcls extends AdminTask<EnsureAcls.Properties, EnsureAcls.Outputs> {
    private static final String THE_CLUSTER = "kafka-cluster";

    public record Properties(
            @Title("What Kafka's client is told: bootstrap.servers, security…")
                    Map<String, String> properties,
            @Title("What it is about") AclSelection.ResourceKind resourceType,
            @Title("Name of it, or what names begin with; * is any. kafka-cluster for the cluster")
                    @Default(THE_CLUSTER)
                    String resourceName,
            @Title("LITERAL, or PREFIXED: all whose names begin so") @Default("LITERAL")
                    Names patternType,
            @Title("Who, such as User:ada; User:* is everybody") String principal,
            @Title("From where; * is anywhere") @Default("*") String host,
            @Title("What is done, such as READ, WRITE and DESCRIBE")
                    List<AclSelection.Operation> operations,
            @Title("ALLOW or DENY") @Default("ALLOW") AclSelection.Permission permission)
            implements Server {}

    /// How a name is meant.
    public enum Names {
        LITERAL,
        PREFIXED
    }

    public record Outputs(
            @Title("How many were made") int created, @Title("All of them") List<Acl> acls) {}

    @Override
    Outputs work(Admin admin, Properties properties, TaskContext context)
            throws ExecutionException, InterruptedException, TaskFailedException {
        if (!properties.principal().contains(":")) {
            throw new TaskFailedException(
                    "Expected a principal such as User:ada but got '%s'"
                            .formatted(properties.principal()));
        }
        boolean aboutCluster = properties.resourceType() == AclSelection.ResourceKind.CLUSTER;
        if (aboutCluster != properties.resourceName().equals(THE_CLUSTER)) {
            throw new TaskFailedException(
                    "Expected the `resourceName` of what it is about, which is %s for the cluster alone"
                            .formatted(THE_CLUSTER));
        }
        var pattern =
                new ResourcePattern(
                        properties.resourceType().kafka(),
                        properties.resourceName(),
                        PatternType.valueOf(properties.patternType().name()));
        var wanted =
                properties.operations().stream()
                        .distinct()
                        .map(operation ->
                                new AclBinding(
                                        pattern,
                                        new AccessControlEntry(
                                                properties.principal(),
                                                properties.host(),
                                                operation.kafka(),
                                                properties.permission().kafka())))
                        .toList();
        var there =
                new HashSet<>(
                        admin.describeAcls(
                                        new AclBindingFilter(
                                                pattern.toFilter(), AccessControlEntryFilter.ANY))
                                .values()
                                .get());
        var missing = wanted.stream().filter(acl -> !there.contains(acl)).toList();
        if (!missing.isEmpty()) {
            admin.createAcls(missing).all().get();
            missing.forEach(acl -> context.log().info("New: " + acl));
        }
        return new Outputs(missing.size(), wanted.stream().map(Acl::of).toList());
    }
}
