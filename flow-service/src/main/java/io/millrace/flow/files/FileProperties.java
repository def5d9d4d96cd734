// SPDX-License-Identifier: Apache-2.0
package io.millrace.flow.files;

import jakarta.validation.constraints.Positive;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.unit.DataSize;
import org.springframework.validation.annotation.Validated;

/// How much the files of a namespace may be.
///
/// @param maxFiles of one namespace
/// @param maxFile of one file
/// @param maxArchive of all files of an archive together, unpacked
@Validated
@ConfigurationProperties("millrace.files")
record FileProperties(
        @DefaultValue("10000") @Positive int maxFiles,
        @DefaultValue("100MB") DataSize maxFile,
        @DefaultValue("1GB") DataSize maxArchive) {}
