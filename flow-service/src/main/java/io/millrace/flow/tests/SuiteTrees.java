// SPDX-License-Identifier: Apache-2.0
package io.millrace.flow.tests;

import io.millrace.flow.flows.FlowProperties;
import io.millrace.model.yaml.ParsedSuite;
import io.millrace.model.yaml.SuiteParser;
import java.util.List;
import org.springframework.stereotype.Service;

/// Test suites of several namespaces, replaced together in a transaction of the caller's.
@Service
public class SuiteTrees {
    private final Suites suites;
    private final SuiteParser parser;

    SuiteTrees(Suites suites, FlowProperties properties) {
        this.suites = suites;
        this.parser = new SuiteParser(properties.parserLimits());
    }

    /// Names a suite.
    public record Name(String namespace, String id) {}

    /// A source as a suite, or what is wrong with it.
    public ParsedSuite parse(String source) {
        return parser.parse(source);
    }

    /// @param saved sources, known to be valid
    public void replace(List<String> saved, List<Name> deleted) {
        saved.forEach(source -> suites.put(StoredSuite.read(parser, source)));
        suites.deletePresent(
                deleted.stream().map(name -> Suites.id(name.namespace(), name.id())).toList());
    }
}
