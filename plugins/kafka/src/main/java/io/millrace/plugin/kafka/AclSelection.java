// SPDX-License-Identifier: Apache-2.0
package io.millrace.plugin.kafka;

import io.millrace.plugin.Title;
import java.util.Objects;
import java.util.stream.Stream;
import org.apache.kafka.common.acl.AccessControlEntryFilter;
import org.apache.kafka.common.acl.AclBindingFilter;
import org.apache.kafka.common.acl.AclOperation;
import org.apache.kafka.common.acl.AclPermissionType;
import org.apache.kafka.common.resource.PatternType;
import org.apache.kafka.common.resource.ResourcePatternFilter;
import org.apache.kafka.common.resource.ResourceType;
import org.jspecify.annotations.Nullable;

/// Which rules are meant: those that fit all that is given.
public record AclSelection(
        @Title("What they are about") @Nullable ResourceKind resourceType,
        @Title("Name of it") @Nullable String resourceName,
        @Title("LITERAL, PREFIXED, or MATCH: all that count for the name; any if absent")
                @Nullable Pattern patternType,
        @Title("Who, such as User:ada") @Nullable String principal,
        @Title("From where") @Nullable String host,
        @Title("What is done") @Nullable Operation operation,
        @Title("ALLOW or DENY") @Nullable Permission permission) {

    /// What a rule is about.
    public enum ResourceKind {
        TOPIC,
        GROUP,
        CLUSTER,
        TRANSACTIONAL_ID,
        DELEGATION_TOKEN,
        USER;

        ResourceType kafka() {
            return ResourceType.valueOf(name());
        }
    }

    /// How a name is meant.
    public enum Pattern {
        LITERAL,
        PREFIXED,
        MATCH
    }

    /// What is done.
    public enum Operation {
        ALL,
        READ,
        WRITE,
        CREATE,
        DELETE,
        ALTER,
        DESCRIBE,
        CLUSTER_ACTION,
        DESCRIBE_CONFIGS,
        ALTER_CONFIGS,
        IDEMPOTENT_WRITE,
        CREATE_TOKENS,
        DESCRIBE_TOKENS;

        AclOperation kafka() {
            return AclOperation.valueOf(name());
        }
    }

    /// Whether it may be done.
    public enum Permission {
        ALLOW,
        DENY;

        AclPermissionType kafka() {
            return AclPermissionType.valueOf(name());
        }
    }

    /// Whether nothing is given, so that all rules are meant.
    boolean isAll() {
        return Stream.of(
                        resourceType,
                        resourceName,
                        patternType,
                        principal,
                        host,
                        operation,
                        permission)
                .allMatch(Objects::isNull);
    }

    AclBindingFilter filter() {
        return new AclBindingFilter(
                new ResourcePatternFilter(
                        resourceType == null ? ResourceType.ANY : resourceType.kafka(),
                        resourceName,
                        patternType == null
                                ? PatternType.ANY
                                : PatternType.valueOf(patternType.name())),
                new AccessControlEntryFilter(
                        principal,
                        host,
                        operation == null ? AclOperation.ANY : operation.kafka(),
                        permission == null ? AclPermissionType.ANY : permission.kafka()));
    }
}
