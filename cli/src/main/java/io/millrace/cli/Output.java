// SPDX-License-Identifier: Apache-2.0
package io.millrace.cli;

import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import org.snakeyaml.engine.v2.api.Dump;
import org.snakeyaml.engine.v2.api.DumpSettings;
import org.snakeyaml.engine.v2.common.FlowStyle;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// Prints answers as people or programs want them.
final class Output {
    private static final JsonMapper JSON = JsonMapper.shared();
    private static final int MOST_CHARS = 80;

    private final Format format;
    private final PrintWriter out;

    /// How answers are printed. Tables are for people and may change; the others are what the API
    /// answers.
    enum Format {
        table,
        json,
        yaml
    }

    /// A column of a table.
    ///
    /// @param pointer JSON pointer to the value in a row
    record Column(String title, String pointer) {}

    Output(Format format, PrintWriter out) {
        this.format = format;
        this.out = out;
    }

    boolean isTable() {
        return format == Format.table;
    }

    PrintWriter writer() {
        return out;
    }

    /// Prints rows as a table, or all of them as they are.
    void rows(JsonNode rows, List<Column> columns) {
        if (!isTable()) {
            tree(rows);
            return;
        }
        var lines = new ArrayList<List<String>>();
        lines.add(columns.stream().map(Column::title).toList());
        for (var row : rows) {
            lines.add(columns.stream().map(c -> cell(row.at(c.pointer()))).toList());
        }
        table(lines);
    }

    /// Prints lines of cells, the first of which are titles.
    void table(List<List<String>> lines) {
        var widths = new int[lines.getFirst().size()];
        for (var line : lines) {
            for (int i = 0; i < widths.length; i++) {
                widths[i] = Math.max(widths[i], line.get(i).length());
            }
        }
        for (var line : lines) {
            var text = new StringBuilder();
            for (int i = 0; i < widths.length; i++) {
                text.append(line.get(i)).repeat(' ', widths[i] - line.get(i).length() + 2);
            }
            out.println(text.toString().stripTrailing());
        }
        out.flush();
    }

    private static String cell(JsonNode value) {
        if (value.isMissingNode() || value.isNull()) {
            return "-";
        }
        var text = value.isValueNode() ? value.asString() : value.toString();
        text = text.replaceAll("\\s+", " ");
        return text.length() > MOST_CHARS ? text.substring(0, MOST_CHARS - 1) + "…" : text;
    }

    /// Prints one of many that come one by one: a line of JSON, or a document of YAML.
    void line(JsonNode tree) {
        if (format == Format.yaml) {
            out.println("---");
            tree(tree);
        } else {
            out.println(JSON.writeValueAsString(tree));
            out.flush();
        }
    }

    /// Prints something as it is: as YAML, or else as JSON.
    void tree(JsonNode tree) {
        if (format == Format.yaml) {
            var settings = DumpSettings.builder().setDefaultFlowStyle(FlowStyle.BLOCK).build();
            out.print(new Dump(settings).dumpToString(JSON.treeToValue(tree, Object.class)));
        } else {
            out.println(JSON.writerWithDefaultPrettyPrinter().writeValueAsString(tree));
        }
        out.flush();
    }
}
