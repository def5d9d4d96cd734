// SPDX-License-Identifier: Apache-2.0
package io.millrace.flow.blueprints;

import io.millrace.model.Flow;
import io.millrace.model.graph.Drawing;
import io.millrace.model.graph.FlowGraph;
import io.millrace.model.yaml.FlowParser;
import io.millrace.model.yaml.ParsedFlow;
import io.millrace.platform.problem.ServiceException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.springframework.core.io.Resource;
import org.springframework.core.io.support.PathMatchingResourcePatternResolver;
import org.springframework.stereotype.Component;
import org.springframework.util.function.SingletonSupplier;

/// The flows that come with Millrace as examples: every tenant has the same, and nobody changes
/// them. They are read when somebody asks for the first time.
@Component
class Catalogue {
    private static final FlowParser TRUSTED = FlowParser.trusting();
    private static final String FILES = "classpath:catalogue/";

    private final Supplier<List<Entry>> entries = SingletonSupplier.of(Catalogue::read);

    /// @param id the flow's
    /// @param title the id as people write it
    /// @param tags of which kind of examples it is
    record Entry(Blueprint blueprint, Drawing.Source drawing) {
        boolean has(String text) {
            var description = blueprint.description();
            return (blueprint.title() + " " + (description == null ? "" : description))
                    .toLowerCase(Locale.ROOT)
                    .contains(text.toLowerCase(Locale.ROOT));
        }
    }

    /// Those that have the text in title or description, and all of the tags; by their titles.
    List<Blueprint> search(@Nullable String text, List<String> tags) {
        return entries.get().stream()
                .filter(e -> text == null || e.has(text))
                .map(Entry::blueprint)
                .filter(b -> b.tags().containsAll(tags))
                .toList();
    }

    Blueprint get(String id) {
        return require(id).blueprint();
    }

    FlowGraph graph(String id) {
        return Drawing.of(
                require(id).drawing(),
                Set.of(),
                (call, task) -> {
                    throw new IllegalStateException("Expected task %s closed".formatted(task));
                });
    }

    private Entry require(String id) {
        return entries.get().stream()
                .filter(e -> e.blueprint().id().equals(id))
                .findFirst()
                .orElseThrow(() -> new ServiceException.NotFound("Not Found: blueprint " + id));
    }

    private static List<Entry> read() {
        var found = new ArrayList<Entry>();
        read("*.yaml", "start", found);
        read("scenarios/*.yaml", "scenario", found);
        read("connectors/*.yaml", "connector", found);
        found.sort(Comparator.comparing(e -> e.blueprint().title()));
        return List.copyOf(found);
    }

    private static void read(String files, String tag, List<Entry> into) {
        try {
            for (var file : new PathMatchingResourcePatternResolver().getResources(FILES + files)) {
                into.add(entry(file, tag));
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Entry entry(Resource file, String tag) throws IOException {
        var source = file.getContentAsString(StandardCharsets.UTF_8);
        return switch (TRUSTED.parse(source)) {
            case ParsedFlow.Valid(Flow flow, var document, _) ->
                    new Entry(
                            new Blueprint(
                                    flow.id(),
                                    title(flow.id()),
                                    document.get("description") instanceof String text
                                            ? text.strip()
                                            : null,
                                    List.of(tag),
                                    source,
                                    null),
                            new Drawing.Source(flow, document));
            case ParsedFlow.Invalid(var problems) ->
                    throw new IllegalStateException(file + ": " + problems);
        };
    }

    private static String title(String id) {
        return Character.toUpperCase(id.charAt(0)) + id.substring(1).replaceAll("[-_]", " ");
    }
}
