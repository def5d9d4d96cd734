// SPDX-License-Identifier: Apache-2.0
package io.millrace.flow.namespaces;

import io.millrace.model.Flow.PluginDefault;
import io.millrace.model.yaml.ParserLimits;
import io.millrace.platform.problem.ServiceException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.api.Dump;
import org.snakeyaml.engine.v2.api.DumpSettings;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.common.FlowStyle;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;
import org.snakeyaml.engine.v2.schema.CoreSchema;

/// Plugin defaults as a YAML file: a list of `type`, `forced` and `values`, as in a flow.
final class PluginDefaultsFile {
    private PluginDefaultsFile() {}

    static byte[] write(List<PluginDefault> defaults) {
        var list =
                defaults.stream()
                        .map(d -> {
                            var map = new LinkedHashMap<String, @Nullable Object>();
                            map.put("type", d.type());
                            map.put("forced", d.forced());
                            map.put("values", d.values());
                            return map;
                        })
                        .toList();
        var settings = DumpSettings.builder().setDefaultFlowStyle(FlowStyle.BLOCK).build();
        return new Dump(settings).dumpToString(list).getBytes(StandardCharsets.UTF_8);
    }

    /// @throws ServiceException.Invalid if it is no such file
    static List<PluginDefault> read(String text, ParserLimits limits) {
        var settings =
                LoadSettings.builder()
                        .setSchema(new CoreSchema())
                        .setCodePointLimit(limits.maxChars())
                        .setMaxAliasesForCollections(limits.maxAliases())
                        .build();
        Object document;
        try {
            document = new Load(settings).loadFromString(text);
        } catch (YamlEngineException e) {
            throw invalid("Expected YAML: " + e.getMessage());
        }
        if (document instanceof Map<?, ?> map && map.get("pluginDefaults") != null) {
            document = map.get("pluginDefaults");
        }
        if (!(document instanceof List<?> list)) {
            throw invalid("Expected a list of plugin defaults");
        }
        var defaults = new ArrayList<PluginDefault>();
        for (var item : list) {
            if (!(item instanceof Map<?, ?> map) || !(map.get("type") instanceof String type)) {
                throw invalid("Expected a type of each");
            }
            var values = new LinkedHashMap<String, Object>();
            if (map.get("values") instanceof Map<?, ?> given) {
                given.forEach((key, value) -> {
                    if (value != null) {
                        values.put(Objects.toString(key), value);
                    }
                });
            }
            defaults.add(new PluginDefault(type, Boolean.TRUE.equals(map.get("forced")), values));
        }
        return defaults;
    }

    private static ServiceException.Invalid invalid(String message) {
        return new ServiceException.Invalid("fileUpload", message);
    }
}
