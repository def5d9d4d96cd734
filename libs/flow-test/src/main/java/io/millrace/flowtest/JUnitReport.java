// SPDX-License-Identifier: Apache-2.0
package io.millrace.flowtest;

import java.io.IOException;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import javax.xml.stream.XMLOutputFactory;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamWriter;

/// Runs of suites as the XML that build servers read: a `testsuite` each, its tests in it.
public final class JUnitReport {
    private JUnitReport() {}

    /// Writes a file, with the folders above it.
    public static void write(List<SuiteRun> runs, Path file) throws IOException {
        var folder = file.toAbsolutePath().getParent();
        if (folder != null) {
            Files.createDirectories(folder);
        }
        try (var writer = Files.newBufferedWriter(file, StandardCharsets.UTF_8)) {
            write(runs, writer);
        }
    }

    public static void write(List<SuiteRun> runs, Writer writer) throws IOException {
        try {
            var xml = XMLOutputFactory.newFactory().createXMLStreamWriter(writer);
            xml.writeStartDocument("UTF-8", "1.0");
            xml.writeCharacters("\n");
            xml.writeStartElement("testsuites");
            for (var run : runs) {
                suite(xml, run);
            }
            xml.writeEndElement();
            xml.writeEndDocument();
            xml.flush();
        } catch (XMLStreamException e) {
            throw new IOException("The report can't be written", e);
        }
    }

    private static void suite(XMLStreamWriter xml, SuiteRun run) throws XMLStreamException {
        xml.writeStartElement("testsuite");
        xml.writeAttribute("name", run.namespace() + "." + run.testSuiteId());
        xml.writeAttribute("tests", Integer.toString(run.results().size()));
        xml.writeAttribute("failures", count(run, TestState.FAILED));
        xml.writeAttribute("errors", count(run, TestState.ERROR));
        xml.writeAttribute("skipped", count(run, TestState.SKIPPED));
        xml.writeAttribute("timestamp", run.startDate().toString());
        xml.writeAttribute(
                "time", seconds(Duration.between(run.startDate(), run.endDate()).toMillis()));
        for (var test : run.results()) {
            xml.writeStartElement("testcase");
            xml.writeAttribute("classname", run.namespace() + "." + run.flowId());
            xml.writeAttribute("name", test.testId());
            xml.writeAttribute(
                    "time", seconds(Objects.requireNonNullElse(test.durationMillis(), 0L)));
            outcome(xml, test);
            xml.writeEndElement();
        }
        xml.writeEndElement();
    }

    private static void outcome(XMLStreamWriter xml, SuiteRun.CaseRun test)
            throws XMLStreamException {
        switch (test.state()) {
            case SUCCESS -> {}
            case SKIPPED -> xml.writeEmptyElement("skipped");
            case FAILED, ERROR -> {
                var lines = explanation(test);
                xml.writeStartElement(test.state() == TestState.ERROR ? "error" : "failure");
                xml.writeAttribute("message", clean(lines.isEmpty() ? "" : lines.getFirst()));
                xml.writeCharacters(clean(String.join("\n", lines)));
                xml.writeEndElement();
            }
        }
    }

    /// Why a test isn't well, line by line.
    public static List<String> explanation(SuiteRun.CaseRun test) {
        var lines = new java.util.ArrayList<String>();
        for (var error : Objects.requireNonNullElse(test.errors(), List.<SuiteRun.RunError>of())) {
            lines.add(
                    error.details() == null
                            ? error.message()
                            : error.message() + ": " + error.details());
        }
        for (var result :
                Objects.requireNonNullElse(
                        test.assertionResults(), List.<SuiteRun.AssertionResult>of())) {
            if (!result.isSuccess()) {
                lines.add(
                        "%s%s: expected %s `%s` but got `%s`"
                                .formatted(
                                        result.description(),
                                        result.errorMessage() == null
                                                ? ""
                                                : " (" + result.errorMessage() + ")",
                                        result.operator(),
                                        Assertions.text(result.expected()),
                                        Assertions.text(result.actual())));
            }
        }
        return lines;
    }

    private static String count(SuiteRun run, TestState state) {
        return Long.toString(run.results().stream().filter(t -> t.state() == state).count());
    }

    private static String seconds(long millis) {
        return String.format(Locale.ROOT, "%.3f", millis / 1000.0);
    }

    /// Without the characters that XML has no room for.
    private static String clean(String text) {
        return text.codePoints()
                .filter(c ->
                        c == '\t'
                                || c == '\n'
                                || c == '\r'
                                || (c >= ' ' && c <= 0xD7FF)
                                || (c >= 0xE000 && c <= 0xFFFD)
                                || c >= 0x10000)
                .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
                .toString();
    }
}
