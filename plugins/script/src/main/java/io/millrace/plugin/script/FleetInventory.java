// SPDX-License-Identifier: Apache-2.0
package io.millrace.plugin.script;

import io.millrace.plugin.Default;
import io.millrace.plugin.Late;
import io.millrace.plugin.Links;
import io.millrace.plugin.NamespaceFilesOptions;
import io.millrace.plugin.Plugin;
import io.millrace.plugin.PluginSettings;
import io.millrace.plugin.TaskContext;
import io.millrace.plugin.TaskFailedException;
import io.millrace.plugin.TaskPlugin;
import io.millrace.plugin.Title;
import io.millrace.plugin.kit.RowFile;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;

/// Makes the targets of a rollout out of an Ansible inventory, of the rows of a query, of an answer
/// over HTTP, or of a file. Each target is an object with a `name`, so that what comes after needs
/// to know nothing of where it came from.
@Plugin(
        type = "io.millrace.plugin.fleet.Inventory",
        title = "Make the targets of a rollout of an inventory",
        weight = 2)
public final class FleetInventory
        implements TaskPlugin<FleetInventory.Properties, FleetInventory.Outputs> {
    /// More targets than this aren't kept in outputs, but in a file.
    static final int MOST_INLINE = 1_000;

    /// How many there may be at all.
    static final int MOST = 100_000;

    private static final JsonMapper JSON = JsonMapper.shared();

    private ProcessRunner runner = ProcessRunner.plain();

    /// Where the targets come from.
    public record Properties(
            @Title("An Ansible inventory: its text, the URI of a file, or a file of the directory")
                    @Nullable String ansible,
            @Title("A list of names or objects, its JSON, or the URI of a file with one in a line")
                    @Nullable Object from,
            @Title("The field that has the name; by default name, host, hostname or id")
                    @Nullable String nameField,
            @Title(
                            "Which: groups, names and patterns such as web*, separated by commas; !x leaves out")
                    @Default("all")
                    String hosts,
            @Title("Environment variables") @Late @Nullable Map<String, String> env,
            @Title("Files beside the inventory, such as group_vars: contents or URIs") @Late
                    @Nullable Object inputFiles,
            @Title("Namespace files beside the inventory")
                    @Nullable NamespaceFilesOptions namespaceFiles)
            implements ProcessProperties {
        @Override
        public @Nullable List<String> beforeCommands() {
            return null;
        }

        @Override
        public List<String> interpreter() {
            return ProcessRunner.DEFAULT_INTERPRETER;
        }

        @Override
        public @Nullable List<String> outputFiles() {
            return null;
        }

        @Override
        public Boolean failFast() {
            return true;
        }

        @Override
        public Boolean warningOnStdErr() {
            return false;
        }

        @Override
        public @Nullable TaskRunnerChoice taskRunner() {
            return null;
        }

        @Override
        public @Nullable String runner() {
            return null;
        }
    }

    public record Outputs(
            @Title("The targets, if there are at most 1,000")
                    @Nullable List<Map<String, @Nullable Object>> targets,
            @Title("A file with one target in a line") URI uri,
            @Title("How many") int count,
            @Title("Names by group, of an Ansible inventory") Map<String, List<String>> groups) {}

    private record Found(
            Map<String, Map<String, @Nullable Object>> targets, Map<String, List<String>> groups) {}

    @Override
    public void start(PluginSettings settings) {
        runner.close();
        runner = new ProcessRunner(Limits.of(settings), settings);
    }

    @Override
    public void close() {
        runner.close();
    }

    @Override
    public Outputs run(Properties properties, TaskContext context) throws Exception {
        if ((properties.ansible() == null) == (properties.from() == null)) {
            throw new TaskFailedException("Expected either ansible or from");
        }
        var found =
                properties.ansible() != null
                        ? ofAnsible(properties.ansible(), properties, context)
                        : new Found(named(rows(properties.from(), context), properties), Map.of());
        var names = chosen(properties.hosts(), found);
        var targets = names.stream().map(name -> target(name, found)).toList();
        var lines = new StringBuilder();
        for (var target : targets) {
            lines.append(JSON.writeValueAsString(target)).append('\n');
        }
        var uri =
                context.files()
                        .put(
                                "targets.jsonl",
                                new ByteArrayInputStream(
                                        lines.toString().getBytes(StandardCharsets.UTF_8)));
        context.log().info("%d targets".formatted(targets.size()));
        var groups = new TreeMap<String, List<String>>();
        found.groups()
                .forEach((group, members) -> {
                    var of = members.stream().filter(names::contains).toList();
                    if (!of.isEmpty()) {
                        groups.put(group, of);
                    }
                });
        boolean few = targets.size() <= MOST_INLINE;
        return new Outputs(few ? targets : null, uri, targets.size(), few ? groups : Map.of());
    }

    private static Map<String, @Nullable Object> target(String name, Found found) {
        var target = new LinkedHashMap<String, @Nullable Object>();
        target.put("name", name);
        found.targets().getOrDefault(name, Map.of()).forEach(target::putIfAbsent);
        return target;
    }

    // --- Ansible ---------------------------------------------------------------------------------

    private Found ofAnsible(String inventory, Properties properties, TaskContext context)
            throws Exception {
        try (var task = runner.prepare(properties, context)) {
            var file = task.directory().resolve("inventory");
            if (inventory.startsWith("kestra:///")) {
                try (var content = RowFile.stream(inventory, context)) {
                    Files.copy(content, file, StandardCopyOption.REPLACE_EXISTING);
                }
            } else if (inventory.indexOf('\n') < 0
                    && Files.exists(task.directory().resolve(inventory.strip()))) {
                file = task.directory().resolve(inventory.strip()).normalize();
                if (!file.startsWith(task.directory())) {
                    throw new TaskFailedException(
                            "Expected an inventory within the working directory");
                }
            } else {
                Links.write(task.directory(), file, inventory);
            }
            var list = context.ownDirectory().resolve("inventory.json");
            task.environment().put("ANSIBLE_NOCOLOR", "1");
            // what can't be read is no empty fleet
            task.environment().putIfAbsent("ANSIBLE_INVENTORY_ANY_UNPARSED_IS_FAILED", "true");
            task.environment()
                    .putIfAbsent(
                            "ANSIBLE_LOCAL_TEMP", context.ownDirectory().resolve("tmp").toString());
            task.run(
                    List.of(
                            "ansible-inventory",
                            "-i",
                            file.toString(),
                            "--list",
                            "--output",
                            list.toString()));
            try (var content = Links.open(context.ownDirectory(), list)) {
                return ofList(new String(content.readAllBytes(), StandardCharsets.UTF_8));
            }
        }
    }

    private static Found ofList(String json) throws TaskFailedException {
        if (!(parsed(json) instanceof Map<?, ?> list)) {
            throw new TaskFailedException("Expected ansible-inventory to give an object");
        }
        var vars =
                list.get("_meta") instanceof Map<?, ?> meta
                                && meta.get("hostvars") instanceof Map<?, ?> of
                        ? of
                        : Map.of();
        var groups = new TreeMap<String, List<String>>();
        for (var key : list.keySet()) {
            var group = String.valueOf(key);
            if (!group.equals("_meta")) {
                groups.put(group, List.copyOf(members(group, list, new LinkedHashSet<>())));
            }
        }
        var targets = new LinkedHashMap<String, Map<String, @Nullable Object>>();
        for (var name : groups.getOrDefault("all", List.of())) {
            var of = new LinkedHashMap<String, @Nullable Object>();
            if (vars.get(name) instanceof Map<?, ?> known) {
                known.forEach((field, value) -> of.put(String.valueOf(field), value));
            }
            targets.put(name, of);
        }
        return new Found(targets, groups);
    }

    private static Set<String> members(String group, Map<?, ?> list, Set<String> seen) {
        var members = new LinkedHashSet<String>();
        if (!seen.add(group) || !(list.get(group) instanceof Map<?, ?> of)) {
            return members;
        }
        if (of.get("hosts") instanceof List<?> hosts) {
            hosts.forEach(host -> members.add(String.valueOf(host)));
        }
        if (of.get("children") instanceof List<?> children) {
            children.forEach(child -> members.addAll(members(String.valueOf(child), list, seen)));
        }
        seen.remove(group);
        return members;
    }

    // --- lists and files -------------------------------------------------------------------------

    private static List<@Nullable Object> rows(@Nullable Object from, TaskContext context)
            throws IOException, TaskFailedException {
        var rows = new ArrayList<@Nullable Object>();
        switch (from) {
            case List<?> list -> rows.addAll(list);
            case Map<?, ?> map ->
                    map.forEach((name, fields) -> {
                        var row = new LinkedHashMap<String, @Nullable Object>();
                        if (fields instanceof Map<?, ?> more) {
                            more.forEach((field, value) -> row.put(String.valueOf(field), value));
                        }
                        row.put("name", name);
                        rows.add(row);
                    });
            case String uri when uri.startsWith("kestra:///") -> readFile(uri, rows, context);
            case String text when text.strip().startsWith("[") || text.strip().startsWith("{") ->
                    rows.addAll(rows(parsed(text), context));
            case String text ->
                    text.lines()
                            .map(String::strip)
                            .filter(line -> !line.isEmpty() && !line.startsWith("#"))
                            .forEach(rows::add);
            case null, default ->
                    throw new TaskFailedException("Expected a list of targets but got " + from);
        }
        return rows;
    }

    /// Lines in JSON or Ion, or one name in each.
    private static void readFile(String uri, List<@Nullable Object> rows, TaskContext context)
            throws IOException, TaskFailedException {
        String first;
        try (var content = RowFile.stream(uri, context)) {
            first = new String(content.readNBytes(4096), StandardCharsets.UTF_8).strip();
        }
        if (first.startsWith("{") || first.startsWith("\"")) {
            try (var file = RowFile.open(uri, context)) {
                for (var row = file.next(); row != null; row = file.next()) {
                    rows.add(row.value());
                    limit(rows.size());
                }
            }
            return;
        }
        try (var content = RowFile.stream(uri, context)) {
            var text = new String(content.readNBytes(64 << 20), StandardCharsets.UTF_8);
            rows.addAll(rows(text, context));
        }
    }

    private static void limit(int count) throws TaskFailedException {
        if (count > MOST) {
            throw new TaskFailedException("Expected at most %d targets".formatted(MOST));
        }
    }

    private static Map<String, Map<String, @Nullable Object>> named(
            List<@Nullable Object> rows, Properties properties) throws TaskFailedException {
        limit(rows.size());
        var named = new LinkedHashMap<String, Map<String, @Nullable Object>>();
        for (var row : rows) {
            var fields = new LinkedHashMap<String, @Nullable Object>();
            String name = null;
            if (row instanceof Map<?, ?> map) {
                map.forEach((field, value) -> fields.put(String.valueOf(field), value));
                name = nameOf(fields, properties.nameField());
                fields.remove("name");
            } else if (row != null) {
                name = String.valueOf(row);
            }
            if (name == null || name.isBlank()) {
                throw new TaskFailedException(
                        "Expected a name in each row but row %d has none; set nameField"
                                .formatted(named.size() + 1));
            }
            if (named.put(name, fields) != null) {
                throw new TaskFailedException(
                        "Expected each target once but %s is there twice".formatted(name));
            }
        }
        return named;
    }

    private static @Nullable String nameOf(
            Map<String, @Nullable Object> fields, @Nullable String field) {
        var candidates = field == null ? List.of("name", "host", "hostname", "id") : List.of(field);
        return candidates.stream()
                .map(fields::get)
                .filter(value -> value != null)
                .map(String::valueOf)
                .findFirst()
                .orElse(null);
    }

    private static @Nullable Object parsed(String text) throws TaskFailedException {
        try {
            return JSON.readValue(text, Object.class);
        } catch (JacksonException e) {
            throw new TaskFailedException("Expected JSON but " + e.getOriginalMessage(), e);
        }
    }

    // --- which of them ---------------------------------------------------------------------------

    /// In the order of the inventory. A part without `!` takes in, one with it leaves out,
    /// whichever comes first.
    private static Set<String> chosen(String hosts, Found found) throws TaskFailedException {
        var in = new LinkedHashSet<String>();
        var out = new LinkedHashSet<String>();
        boolean any = false;
        for (var part : hosts.split("[,:]")) {
            var pattern = part.strip();
            if (pattern.isEmpty()) {
                continue;
            }
            if (pattern.startsWith("!")) {
                out.addAll(matching(pattern.substring(1), found));
            } else {
                any = true;
                var matching = matching(pattern, found);
                if (matching.isEmpty() && !pattern.equals("all") && !pattern.contains("*")) {
                    throw new TaskFailedException(
                            "Expected a host or group '%s' but there is none".formatted(pattern));
                }
                in.addAll(matching);
            }
        }
        var chosen = new LinkedHashSet<>(found.targets().keySet());
        if (any) {
            chosen.retainAll(in);
        }
        chosen.removeAll(out);
        return chosen;
    }

    private static Set<String> matching(String pattern, Found found) {
        if (pattern.equals("all") || pattern.equals("*")) {
            return found.targets().keySet();
        }
        var regex =
                Pattern.compile(
                        ("\\Q" + pattern + "\\E").replace("*", "\\E.*\\Q").replace("?", "\\E.\\Q"));
        var matching = new LinkedHashSet<String>();
        for (var name : found.targets().keySet()) {
            if (regex.matcher(name).matches()) {
                matching.add(name);
            }
        }
        found.groups()
                .forEach((group, members) -> {
                    if (regex.matcher(group).matches()) {
                        matching.addAll(members);
                    }
                });
        return matching;
    }
}
