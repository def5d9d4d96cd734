// SPDX-License-Identifier: Apache-2.0
package io.millrace.plugin.redis;

import io.millrace.plugin.Inline;
import io.millrace.plugin.Plugin;
import io.millrace.plugin.PluginSettings;
import io.millrace.plugin.TaskContext;
import io.millrace.plugin.TaskPlugin;
import io.millrace.plugin.Title;
import java.net.URI;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Takes values from the head of a list into a file.
@Plugin(type = "io.kestra.plugin.redis.list.ListPop", title = "Take from a list of Redis")
public final class ListPop implements TaskPlugin<ListPop.Properties, ListPop.Outputs> {
    private Access access = new Access(new PluginSettings(Map.of()));

    public record Properties(
            @Title("URL such as redis://user:password@host:6379/0; rediss for TLS") String url,
            @Inline Popping popping) {}

    public record Outputs(
            @Title("File with a value a line") @Nullable URI uri, @Title("How many") long count) {}

    @Override
    public void start(PluginSettings settings) {
        access = new Access(settings);
    }

    @Override
    public Outputs run(Properties p, TaskContext context) throws Exception {
        var result = p.popping().pop(p.url(), access, context);
        return new Outputs(result.uri(), result.size());
    }
}
