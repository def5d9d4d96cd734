// SPDX-License-Identifier: Apache-2.0
package io.millrace.plugin.git;

import io.millrace.plugin.Default;
import io.millrace.plugin.FilePatterns;
import io.millrace.plugin.Inline;
import io.millrace.plugin.NamespaceTrees.FlowSource;
import io.millrace.plugin.Plugin;
import io.millrace.plugin.TaskContext;
import io.millrace.plugin.TaskFailedException;
import io.millrace.plugin.Title;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// Commits the flows of a namespace to a branch, each as a file, and pushes it.
@Plugin(type = "io.kestra.plugin.git.PushFlows", title = "Push flows to a Git repository")
public final class PushFlows extends GitTask<PushFlows.Properties, PushFlows.Outputs> {

    public record Properties(
            @Inline Remote remote,
            @Title("Directory of the repository") @Default("_flows") String gitDirectory,
            @Title("Namespace of the flows; the flow's if absent") @Nullable String sourceNamespace,
            @Title("Namespace that the flows get in the repository")
                    @Nullable String targetNamespace,
            @Title("Patterns of ids; all if absent") @Nullable List<String> flows,
            @Title("Whether namespaces below are pushed into directories") @Default("false")
                    boolean includeChildNamespaces,
            @Inline Committing committing) {}

    public record Outputs(
            @Title("Commit that was pushed; absent if nothing has changed")
                    @Nullable String commitId,
            @Title("Where to look at it") @Nullable String commitURL,
            @Title("What has changed, as lines of JSON") @Nullable URI flows) {}

    @Override
    public Outputs run(Properties properties, TaskContext context) throws Exception {
        var source = namespace(properties.sourceNamespace(), context);
        var patterns = properties.flows() == null ? null : FilePatterns.of(properties.flows());
        var target = properties.targetNamespace() == null ? source : properties.targetNamespace();
        var files = new TreeMap<String, byte[]>();
        for (var flow :
                context.stores().trees().flows(source, properties.includeChildNamespaces())) {
            if (patterns == null || patterns.match(flow.id())) {
                files.put(path(source, flow), bytes(source, flow, target));
            }
        }
        var outcome =
                Push.run(
                        properties
                                .committing()
                                .wish(
                                        properties.remote(),
                                        properties.gitDirectory(),
                                        files,
                                        path -> path.endsWith(".yaml") || path.endsWith(".yml"),
                                        patterns == null,
                                        "Push flows of " + source),
                        settings(),
                        context);
        return new Outputs(outcome.commit(), outcome.link(), outcome.changes());
    }

    private static final Pattern NAMESPACE = Pattern.compile("(?m)^namespace:[^#\\n]*");

    /// The flows of a namespace, by the names of their files.
    static Map<String, byte[]> of(String namespace, TaskContext context)
            throws TaskFailedException {
        var files = new TreeMap<String, byte[]>();
        for (var flow : context.stores().trees().flows(namespace, false)) {
            files.put(path(namespace, flow), bytes(namespace, flow, namespace));
        }
        return files;
    }

    private static String path(String source, FlowSource flow) {
        var below =
                flow.namespace().equals(source)
                        ? ""
                        : flow.namespace().substring(source.length() + 1).replace('.', '/') + "/";
        return below + flow.id() + ".yaml";
    }

    private static byte[] bytes(String source, FlowSource flow, String target) {
        var text = flow.source();
        if (!target.equals(source)) {
            var namespace = target + flow.namespace().substring(source.length());
            text =
                    NAMESPACE
                            .matcher(text)
                            .replaceFirst(Matcher.quoteReplacement("namespace: " + namespace));
        }
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
