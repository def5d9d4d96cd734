// SPDX-License-Identifier: Apache-2.0
package io.millrace.flow.tests;

import io.millrace.flow.flows.Flows;
import io.millrace.model.TestSuite;
import io.millrace.model.yaml.ParsedSuite;
import io.millrace.model.yaml.SuiteParser;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/// A suite and the source that it was read from.
record StoredSuite(TestSuite suite, String source) {

    /// The entity tag of a source.
    static String tag(String source) {
        try {
            var digest =
                    MessageDigest.getInstance("SHA-256")
                            .digest(source.getBytes(StandardCharsets.UTF_8));
            return "\"" + HexFormat.of().formatHex(digest, 0, 12) + "\"";
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("Expected SHA-256 in every JDK", e);
        }
    }

    /// @throws io.millrace.platform.problem.ServiceException.Invalid if the source has problems
    static StoredSuite read(SuiteParser parser, String source) {
        return switch (parser.parse(source)) {
            case ParsedSuite.Valid valid -> new StoredSuite(valid.suite(), source);
            case ParsedSuite.Invalid(var problems) -> throw Flows.invalid(problems);
        };
    }
}
