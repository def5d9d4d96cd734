// SPDX-License-Identifier: Apache-2.0
package io.millrace.gateway.signin;

import io.millrace.gateway.GatewayProperties.GroupMapping;
import io.millrace.gateway.signin.Principal.Mapped;
import io.millrace.platform.access.Grant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// What the groups of an issuer mean in tenants.
final class GroupMappings {
    private final List<Compiled> mappings;

    private record Compiled(Pattern pattern, GroupMapping mapping) {}

    GroupMappings(List<GroupMapping> mappings) {
        this.mappings =
                mappings.stream().map(m -> new Compiled(Pattern.compile(m.group()), m)).toList();
    }

    List<Mapped> of(Set<String> groups) {
        var mapped = new ArrayList<Mapped>();
        for (var compiled : mappings) {
            for (var group : groups) {
                var match = compiled.pattern().matcher(group);
                if (match.matches()) {
                    var mapping = compiled.mapping();
                    mapped.add(
                            new Mapped(
                                    filled(mapping.tenant(), match),
                                    new Grant(mapping.role(), filled(mapping.namespace(), match))));
                }
            }
        }
        return mapped;
    }

    private static String filled(String template, Matcher match) {
        var text = template;
        for (int i = match.groupCount(); i > 0; i--) {
            var part = match.group(i);
            text = text.replace("$" + i, part == null ? "" : part);
        }
        return text;
    }
}
