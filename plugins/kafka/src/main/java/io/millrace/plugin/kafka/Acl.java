// SPDX-License-Identifier: Apache-2.0
package io.millrace.plugin.kafka;

import io.millrace.plugin.Title;
import java.util.Comparator;
import org.apache.kafka.common.acl.AclBinding;

/// What somebody may do, or may not.
public record Acl(
        @Title("What it is about: TOPIC, GROUP, CLUSTER, TRANSACTIONAL_ID…") String resourceType,
        @Title("Name of it, or what names begin with") String resourceName,
        @Title("LITERAL or PREFIXED") String patternType,
        @Title("Who, such as User:ada") String principal,
        @Title("From where; * is anywhere") String host,
        @Title("What is done, such as READ") String operation,
        @Title("ALLOW or DENY") String permission) {

    static final Comparator<Acl> ORDER =
            Comparator.comparing(Acl::resourceType)
                    .thenComparing(Acl::resourceName)
                    .thenComparing(Acl::patternType)
                    .thenComparing(Acl::principal)
                    .thenComparing(Acl::host)
                    .thenComparing(Acl::operation)
                    .thenComparing(Acl::permission);

    static Acl of(AclBinding binding) {
        var pattern = binding.pattern();
        var entry = binding.entry();
        return new Acl(
                pattern.resourceType().name(),
                pattern.name(),
                pattern.patternType().name(),
                entry.principal(),
                entry.host(),
                entry.operation().name(),
                entry.permissionType().name());
    }
}
