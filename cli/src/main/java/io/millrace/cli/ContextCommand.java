// SPDX-License-Identifier: Apache-2.0
package io.millrace.cli;

import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;
import tools.jackson.databind.json.JsonMapper;

@Command(name = "context", description = "The servers that `login` has remembered.")
final class ContextCommand implements Runnable {
    @Spec private CommandSpec spec = CommandSpec.create();

    @Override
    public void run() {
        list();
    }

    @Command(name = "list", description = "Lists them; the current one is marked.")
    void list() {
        var millrace = Root.of(spec);
        var contexts = Contexts.of(millrace.environment());
        var output = millrace.output(spec);
        if (!output.isTable()) {
            var rows = JsonMapper.shared().createArrayNode();
            contexts.all()
                    .forEach((name, context) ->
                            rows.addObject()
                                    .put("name", name)
                                    .put("url", context.url())
                                    .put("tenant", context.tenant())
                                    .put("current", name.equals(contexts.current())));
            output.tree(rows);
            return;
        }
        var lines = new ArrayList<List<String>>();
        lines.add(List.of("", "NAME", "URL", "TENANT"));
        contexts.all()
                .forEach((name, context) ->
                        lines.add(
                                List.of(
                                        name.equals(contexts.current()) ? "*" : "",
                                        name,
                                        context.url(),
                                        context.tenant())));
        output.table(lines);
    }

    @Command(name = "use", description = "Makes one the current one.")
    void use(@Parameters(paramLabel = "NAME") String name) {
        Contexts.of(Root.of(spec).environment()).use(name);
    }

    @Command(name = "delete", description = "Forgets one, and its tokens.")
    void delete(@Parameters(paramLabel = "NAME") String name) {
        Contexts.of(Root.of(spec).environment()).remove(name);
    }
}
