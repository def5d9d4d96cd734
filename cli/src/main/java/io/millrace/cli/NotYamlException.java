// SPDX-License-Identifier: Apache-2.0
package io.millrace.cli;

import java.nio.file.Path;
import org.snakeyaml.engine.v2.exceptions.MarkedYamlEngineException;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;

/// A file that can't be read as YAML, and where.
final class NotYamlException extends CliException {
    private static final long serialVersionUID = 1L;

    private final transient Validation.Finding finding;

    /// @param linesBefore lines of the file before what was read
    NotYamlException(Path file, int linesBefore, YamlEngineException e) {
        this(finding(file, linesBefore, e), e);
    }

    private NotYamlException(Validation.Finding finding, YamlEngineException e) {
        super(finding.text(), e);
        this.finding = finding;
    }

    private static Validation.Finding finding(Path file, int linesBefore, YamlEngineException e) {
        int line = 0;
        int column = 0;
        var why = String.valueOf(e.getMessage());
        if (e instanceof MarkedYamlEngineException marked) {
            why = String.valueOf(marked.getProblem());
            var mark = marked.getProblemMark();
            if (mark.isPresent()) {
                line = linesBefore + mark.get().getLine() + 1;
                column = mark.get().getColumn() + 1;
            }
        }
        return new Validation.Finding(
                Validation.Severity.error,
                file.toString(),
                line,
                column,
                "",
                "This isn't YAML: " + why);
    }

    Validation.Finding finding() {
        return finding;
    }
}
