// SPDX-License-Identifier: Apache-2.0
package io.millrace.docs;

import java.io.IOException;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.Type;
import java.nio.file.Files;
import java.util.Collection;
import java.util.HashSet;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.context.annotation.ClassPathScanningCandidateComponentProvider;
import org.springframework.core.type.filter.AnnotationTypeFilter;

/// The settings that there are: the components of the services' properties, and the names that
/// stand in sources, as those of plugins' settings do.
final class KnownSettings {
    private static final Pattern QUOTED =
            Pattern.compile("[\"'{]([a-z][a-z0-9-]*(?:\\.[a-z0-9-]+)+)\\.?[\"':}]");
    private static final Pattern VARIABLE = Pattern.compile("\\bMILLRACE_[A-Z0-9_]*[A-Z0-9]");

    /// Names without what relaxed binding passes over, but for the dots between their parts.
    private final Set<String> properties = new HashSet<>();

    /// Below these everything is a setting: maps.
    private final Set<String> open = new HashSet<>();

    private final Set<String> variables = new HashSet<>();

    KnownSettings() throws IOException {
        var scanner = new ClassPathScanningCandidateComponentProvider(false);
        scanner.addIncludeFilter(new AnnotationTypeFilter(ConfigurationProperties.class));
        for (var found : scanner.findCandidateComponents("io.millrace")) {
            try {
                var type = Class.forName(found.getBeanClassName());
                add(type.getAnnotation(ConfigurationProperties.class).value(), type);
            } catch (ClassNotFoundException e) {
                throw new IllegalStateException(e);
            }
        }
        for (var source :
                Page.files(
                        Page.ROOT,
                        ".*(/src/main/.*\\.(java|ya?ml|xml)|/deploy/.*(\\.ya?ml|Dockerfile)|/millrace|/src/test/.*\\.java|/bench/.*)")) {
            var text = Files.readString(source);
            VARIABLE.matcher(text).results().forEach(name -> variables.add(name.group()));
            if (source.toString().contains("/src/main/")) {
                QUOTED.matcher(text).results().forEach(name -> literal(name.group(1)));
            }
        }
    }

    private void literal(String name) {
        properties.add(plain(name.startsWith("millrace.") ? name : "millrace.plugins." + name));
    }

    private void add(String prefix, Type type) {
        var name = plain(prefix);
        if (type instanceof ParameterizedType generic
                && generic.getRawType() instanceof Class<?> raw) {
            if (Map.class.isAssignableFrom(raw)) {
                open.add(name + ".");
            } else if (Collection.class.isAssignableFrom(raw)) {
                add(prefix, generic.getActualTypeArguments()[0]);
            }
        } else if (type instanceof Class<?> record && record.isRecord()) {
            for (var component : record.getRecordComponents()) {
                add(prefix + "." + component.getName(), component.getGenericType());
            }
        }
        properties.add(name);
    }

    private static String plain(String name) {
        return name.replaceAll("[-_]|\\[\\w*]", "").toLowerCase(Locale.ROOT);
    }

    /// @param name with `*`, `…`, `<name>` or capitals in place of what is left open
    boolean isProperty(String name) {
        var written = name.replaceFirst("(\\.?[*…<]|\\.[A-Z]).*$", "").replaceFirst("\\.$", "");
        var plain = plain(written);
        // a tenant's own, such as fs.local.directories.company
        boolean tenants =
                plain.startsWith("millrace.plugins.")
                        && properties.contains(plain.replaceFirst("\\.[^.]+$", ""));
        return tenants
                || open.stream().anyMatch(plain::startsWith)
                || properties.stream().anyMatch(p -> (p + ".").startsWith(plain + "."));
    }

    boolean isVariable(String name) {
        var letters = name.toLowerCase(Locale.ROOT).replace("_", "");
        return variables.contains(name)
                || properties.stream().anyMatch(p -> p.replace(".", "").equals(letters))
                || open.stream().anyMatch(p -> letters.startsWith(p.replace(".", "")));
    }
}
