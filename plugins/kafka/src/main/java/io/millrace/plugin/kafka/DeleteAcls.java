// SPDX-License-Identifier: Apache-2.0
package io.millrace.plugin.kafka;

import io.millrace.plugin.Inline;
import io.millrace.plugin.Plugin;
import io.millrace.plugin.TaskContext;
import io.millrace.plugin.TaskFailedException;
import io.millrace.plugin.Title;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;

/// Deletes rules of who may do what.
@Plugin(
        type = "io.millrace.plugin.kafka.admin.DeleteAcls",
        title = "Delete rules of who may do what in Kafka")
public final class DeleteAcls extends AdminTask<DeleteAcls.Properties, DeleteAcls.Outputs> {

    public record Properties(
            @Title("What Kafka's client is told: bootstrap.servers, security…")
                    Map<String, String> properties,
            @Inline AclSelection selection)
            implements Server {}

    public record Outputs(
            @Title("The rules that were") List<Acl> acls, @Title("How many") int count) {}

    @Override
    Outputs work(Admin admin, Properties properties, TaskContext context)
            throws ExecutionException, InterruptedException, TaskFailedException {
        if (properties.selection().isAll()) {
            throw new TaskFailedException(
                    "Expected which rules are meant, such as a `principal`: all of them would be deleted");
        }
        var deleted =
                admin.deleteAcls(List.of(properties.selection().filter())).all().get().stream()
                        .map(Acl::of)
                        .sorted(Acl.ORDER)
                        .toList();
        deleted.forEach(acl -> context.log().info("Deleted: " + acl));
        return new Outputs(deleted, deleted.size());
    }
}
