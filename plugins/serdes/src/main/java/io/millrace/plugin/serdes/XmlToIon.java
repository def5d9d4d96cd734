// SPDX-License-Identifier: Apache-2.0
package io.millrace.plugin.serdes;

import io.millrace.plugin.Default;
import io.millrace.plugin.Plugin;
import io.millrace.plugin.TaskContext;
import io.millrace.plugin.TaskFailedException;
import io.millrace.plugin.TaskPlugin;
import io.millrace.plugin.Title;
import io.millrace.plugin.kit.FetchType;
import io.millrace.plugin.kit.Rows;
import java.net.URI;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import javax.xml.stream.XMLInputFactory;
import javax.xml.stream.XMLStreamConstants;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamReader;
import org.jspecify.annotations.Nullable;

/// Reads XML. With a path each element there is a row, one at a time; else the document is one row.
/// Entities and document types are refused.
@Plugin(
        type = "io.kestra.plugin.serdes.xml.XmlToIon",
        aliases = "io.kestra.plugin.serdes.xml.XmlReader",
        title = "Make rows of an XML file")
public final class XmlToIon implements TaskPlugin<XmlToIon.Properties, XmlToIon.Outputs> {

    public record Properties(
            @Title("URI of the file") String from,
            @Title("Path of the elements that are rows, such as /catalog/book")
                    @Nullable String query,
            @Title("Encoding of the text") @Default("UTF-8") String charset) {}

    public record Outputs(
            @Title("The converted file") URI uri, @Title("How many rows") long size) {}

    @Override
    public Outputs run(Properties properties, TaskContext context) throws Exception {
        var path = properties.query() == null ? List.<String>of() : path(properties.query());
        var factory = XMLInputFactory.newDefaultFactory();
        factory.setProperty(XMLInputFactory.SUPPORT_DTD, false);
        factory.setProperty(XMLInputFactory.IS_SUPPORTING_EXTERNAL_ENTITIES, false);
        factory.setProperty(XMLInputFactory.IS_COALESCING, true);
        try (var content = Texts.open(properties.from(), properties.charset(), context);
                var rows = new Rows(context, FetchType.STORE)) {
            var xml = factory.createXMLStreamReader(content);
            var open = new ArrayList<String>();
            while (xml.hasNext()) {
                int event = xml.next();
                if (event == XMLStreamConstants.START_ELEMENT) {
                    open.add(xml.getLocalName());
                    if (path.isEmpty() || open.equals(path)) {
                        var name = open.removeLast();
                        var element = new Element(xml).read(0);
                        rows.add(path.isEmpty() ? Map.of(name, element) : element);
                    }
                } else if (event == XMLStreamConstants.END_ELEMENT) {
                    open.removeLast();
                }
            }
            var result = rows.finish();
            context.count("records", (double) result.size(), Map.of());
            return new Outputs(Objects.requireNonNull(result.uri()), result.size());
        } catch (XMLStreamException e) {
            throw new TaskFailedException("Expected XML but " + e.getMessage(), e);
        }
    }

    private static final int DEEPEST = 200;
    private static final long LONGEST_ROW = 64 << 20;
    private static final int OVERHEAD = 64;

    private static List<String> path(String query) {
        return Arrays.stream(query.split("/")).filter(p -> !p.isEmpty()).toList();
    }

    /// One row, which is held in memory as a whole, and so may not be too long.
    private static final class Element {
        private final XMLStreamReader xml;
        private long size;

        Element(XMLStreamReader xml) {
            this.xml = xml;
        }

        private void count(int characters) throws XMLStreamException {
            // names, maps and lists take memory, too
            size += characters + OVERHEAD;
            if (size > LONGEST_ROW) {
                throw new XMLStreamException(
                        "a row is longer than %d characters: name what is one in `query`"
                                .formatted(LONGEST_ROW));
            }
        }

        /// The element that has just begun, to its end: its text, or its attributes and elements,
        /// those of one name as a list.
        Object read(int depth) throws XMLStreamException {
            if (depth > DEEPEST) {
                throw new XMLStreamException("elements are more than %d deep".formatted(DEEPEST));
            }
            count(0);
            var fields = new LinkedHashMap<String, @Nullable Object>();
            for (int i = 0; i < xml.getAttributeCount(); i++) {
                count(xml.getAttributeValue(i).length());
                fields.put(xml.getAttributeLocalName(i), xml.getAttributeValue(i));
            }
            var text = new StringBuilder();
            while (xml.hasNext()) {
                switch (xml.next()) {
                    case XMLStreamConstants.START_ELEMENT -> {
                        var name = xml.getLocalName();
                        add(fields, name, read(depth + 1));
                    }
                    case XMLStreamConstants.CHARACTERS, XMLStreamConstants.CDATA -> {
                        count(xml.getTextLength());
                        text.append(xml.getText());
                    }
                    case XMLStreamConstants.END_ELEMENT -> {
                        var plain = text.toString().strip();
                        if (fields.isEmpty()) {
                            return plain;
                        }
                        if (!plain.isEmpty()) {
                            fields.put("content", plain);
                        }
                        return fields;
                    }
                    default -> {
                        // comments and the like
                    }
                }
            }
            throw new XMLStreamException("an element has no end");
        }
    }

    /// Elements of one name are a list, which no element is by itself.
    private static void add(Map<String, @Nullable Object> fields, String name, Object value) {
        var before = fields.get(name);
        if (before instanceof Several several) {
            several.add(value);
        } else if (before != null) {
            var several = new Several();
            several.add(before);
            several.add(value);
            fields.put(name, several);
        } else {
            fields.put(name, value);
        }
    }

    private static final class Several extends ArrayList<Object> {
        private static final long serialVersionUID = 1;
    }
}
