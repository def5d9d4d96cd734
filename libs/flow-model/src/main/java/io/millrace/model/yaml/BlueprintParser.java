// SPDX-License-Identifier: Apache-2.0
package io.millrace.model.yaml;

import io.millrace.model.yaml.YamlNode.Mapping;
import io.millrace.model.yaml.YamlNode.Scalar;
import io.millrace.model.yaml.YamlNode.Sequence;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Reads what of a blueprint isn't a flow: its `extend`, with the arguments and the template.
public record BlueprintParser(ParserLimits limits) {
    private static final String ARGUMENTS = "templateArguments";

    /// A source without `extend` is a flow, and is not looked at.
    public ParsedBlueprint parse(String source) {
        var problems = new Problems();
        var root = new YamlReader(limits, problems).read(source);
        if (root.isEmpty() || !(root.get() instanceof Mapping document)) {
            root.ifPresent(node ->
                    problems.add("", node.position(), "Expected a map but got " + node.kind()));
            return new ParsedBlueprint(null, problems.inOrder());
        }
        var extend = new Fields(problems, "", document).fields("extend");
        if (extend == null) {
            return new ParsedBlueprint(null, problems.inOrder());
        }
        var arguments = new InputReader().inputs(extend, ARGUMENTS);
        var written = new LinkedHashMap<String, Map<String, @Nullable Object>>();
        if (extend.node().get(ARGUMENTS) instanceof Sequence sequence) {
            for (var item : sequence.items()) {
                if (item instanceof Mapping argument && argument.get("id") instanceof Scalar id) {
                    written.put(id.text(), argument.tree());
                }
            }
        }
        var template = extend.fields("template");
        var text = template == null ? null : template.text("source");
        if (text == null) {
            extend.problem("template", "must have a source");
        }
        extend.done("a blueprint");
        return new ParsedBlueprint(
                text == null ? null : new ParsedBlueprint.Template(text, arguments, written),
                problems.inOrder());
    }
}
