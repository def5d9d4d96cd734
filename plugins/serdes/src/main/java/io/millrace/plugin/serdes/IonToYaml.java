// SPDX-License-Identifier: Apache-2.0
package io.millrace.plugin.serdes;

import io.millrace.plugin.Default;
import io.millrace.plugin.Plugin;
import io.millrace.plugin.TaskContext;
import io.millrace.plugin.TaskPlugin;
import io.millrace.plugin.Title;
import io.millrace.plugin.kit.NewFile;
import io.millrace.plugin.kit.RowFile;
import java.io.OutputStreamWriter;
import java.net.URI;
import java.util.Collections;
import org.snakeyaml.engine.v2.api.Dump;
import org.snakeyaml.engine.v2.api.DumpSettings;
import org.snakeyaml.engine.v2.common.FlowStyle;

/// Writes a list of YAML.
@Plugin(
        type = "io.millrace.plugin.serdes.IonToYaml",
        aliases = "io.kestra.plugin.serdes.yaml.IonToYaml",
        title = "Make a YAML file of rows")
public final class IonToYaml implements TaskPlugin<IonToYaml.Properties, IonToYaml.Outputs> {

    public record Properties(
            @Title("URI of the file") String from,
            @Title("Encoding of the text") @Default("UTF-8") String charset) {}

    public record Outputs(
            @Title("The converted file") URI uri, @Title("How many rows") long size) {}

    @Override
    public Outputs run(Properties properties, TaskContext context) throws Exception {
        var dump = new Dump(DumpSettings.builder().setDefaultFlowStyle(FlowStyle.BLOCK).build());
        long size = 0;
        try (var rows = RowFile.asWritten(properties.from(), context);
                var file = NewFile.create(context)) {
            var writer = new OutputStreamWriter(file.stream(), Texts.charset(properties.charset()));
            for (var row = rows.next(); row != null; row = rows.next()) {
                writer.write(dump.dumpToString(Collections.singletonList(row.value())));
                size++;
            }
            writer.flush();
            return new Outputs(file.store(".yaml"), size);
        }
    }
}
