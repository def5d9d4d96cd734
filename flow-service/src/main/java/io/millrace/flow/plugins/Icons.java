// SPDX-License-Identifier: Apache-2.0
package io.millrace.flow.plugins;

import io.millrace.flow.plugins.PluginGroups.Group;
import io.millrace.model.yaml.PluginType;
import io.millrace.model.yaml.PluginType.Kind;
import io.millrace.model.yaml.TypeCatalog;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/// A small picture for each type: the first letter of its name on the colour of its package.
final class Icons {
    private static final String FLOW_CONTROL = "io.kestra.plugin.core.flow.";

    private Icons() {}

    /// What flow control holds tasks in; the tasks of a ForEachItem are those of its batches.
    private static final Set<String> BODIES = Set.of("tasks", "then", "cases", "batch");

    /// @param icon SVG in Base64
    /// @param flowable whether the type is flow control
    record Icon(String name, String icon, boolean flowable) {}

    static Map<String, Icon> ofTypes(TypeCatalog catalog) {
        var icons = new TreeMap<String, Icon>();
        for (var kind : Kind.values()) {
            for (var type : catalog.types(kind)) {
                var icon = icon(type);
                icons.put(type.name(), icon);
                type.aliases().forEach(alias -> icons.put(alias, icon));
            }
        }
        return icons;
    }

    static Map<String, Icon> ofGroups(List<Group> groups) {
        var icons = new TreeMap<String, Icon>();
        for (var group : groups) {
            var name = group.subGroup() == null ? group.group() : group.subGroup();
            icons.put(
                    name,
                    new Icon(
                            "plugin-icon",
                            picture(name, name.substring(name.lastIndexOf('.') + 1)),
                            false));
        }
        return icons;
    }

    private static Icon icon(PluginType type) {
        var name = type.name();
        int dot = name.lastIndexOf('.');
        var simple = name.substring(dot + 1);
        return new Icon(
                simple,
                picture(name.substring(0, Math.max(0, dot)), simple),
                type.kind() == Kind.TASK
                        && name.startsWith(FLOW_CONTROL)
                        && !Collections.disjoint(type.properties().keySet(), BODIES));
    }

    private static String picture(String colour, String name) {
        var letter = name.isEmpty() ? "?" : name.substring(0, 1).toUpperCase(Locale.ROOT);
        var svg =
                """
                <svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 24 24">\
                <rect width="24" height="24" rx="5" fill="hsl(%d,55%%,45%%)"/>\
                <text x="12" y="17" font-family="sans-serif" font-size="14" \
                text-anchor="middle" fill="#fff">%s</text></svg>\
                """
                        .formatted(Math.floorMod(colour.hashCode(), 360), letter);
        return Base64.getEncoder().encodeToString(svg.getBytes(StandardCharsets.UTF_8));
    }
}
