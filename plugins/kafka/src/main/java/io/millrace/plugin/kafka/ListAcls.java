// SPDX-License-Identifier: Apache-2.0
package io.millrace.plugin.kafka;

import io.millrace.plugin.Inline;
import io.millrace.plugin.Plugin;
import io.millrace.plugin.TaskContext;
import io.millrace.plugin.Title;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;

/// Lists rules of who may do what.
@Plugin(type = "io.millrace.plugin.kafka.admin.ListAcls", title = "List who may do what in Kafka")
public final class ListAcls extends AdminTask<ListAcls.Properties, ListAcls.Outputs> {

    public record Properties(
            @Title("What Kafka's client is told: bootstrap.servers, security…")
                    Map<String, String> properties,
            @Inline AclSelection selection)
            implements Server {}

    public record Outputs(@Title("The rules") List<Acl> acls, @Title("How many") int size) {}

    @Override
    Outputs work(Admin admin, Properties properties, TaskContext context)
            throws ExecutionException, InterruptedException {
        var found =
                admin.describeAcls(properties.selection().filter()).values().get().stream()
                        .map(Acl::of)
                        .sorted(Acl.ORDER)
                        .toList();
        return new Outputs(found, found.size());
    }
}
