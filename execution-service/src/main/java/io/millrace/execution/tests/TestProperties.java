// SPDX-License-Identifier: Apache-2.0
package io.millrace.execution.tests;

import jakarta.validation.constraints.Positive;
import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.validation.annotation.Validated;

/// How tests of flows are run.
///
/// @param timeout how long an execution of a test may take; then it is killed
/// @param maxCases tests in one run, of all its suites
/// @param keep how many runs of a suite are kept
@Validated
@ConfigurationProperties("millrace.tests")
public record TestProperties(
        @DefaultValue("PT5M") Duration timeout,
        @DefaultValue("1000") @Positive int maxCases,
        @DefaultValue("100") @Positive int keep) {}
