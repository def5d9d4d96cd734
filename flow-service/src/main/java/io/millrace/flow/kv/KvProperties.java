// SPDX-License-Identifier: Apache-2.0
package io.millrace.flow.kv;

import jakarta.validation.constraints.Positive;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.validation.annotation.Validated;

/// How much the key-value store takes.
///
/// @param maxKeyLength characters
/// @param maxValueBytes of a value as JSON
/// @param maxKeys of one namespace
/// @param maxDescriptionLength characters
/// @param keptVersions how many values of a key are kept, the present one among them
@Validated
@ConfigurationProperties("millrace.kv")
record KvProperties(
        @DefaultValue("256") @Positive int maxKeyLength,
        @DefaultValue("1048576") @Positive int maxValueBytes,
        @DefaultValue("10000") @Positive int maxKeys,
        @DefaultValue("1000") @Positive int maxDescriptionLength,
        @DefaultValue("10") @Positive int keptVersions) {}
