// SPDX-License-Identifier: Apache-2.0
package io.millrace.plugin.serdes;

import io.millrace.plugin.Default;
import io.millrace.plugin.Plugin;
import io.millrace.plugin.TaskContext;
import io.millrace.plugin.TaskFailedException;
import io.millrace.plugin.TaskPlugin;
import io.millrace.plugin.Title;
import io.millrace.plugin.kit.NewFile;
import io.millrace.plugin.kit.RowFile;
import java.net.URI;
import java.util.List;
import java.util.Map;
import javax.xml.stream.XMLOutputFactory;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamWriter;
import org.jspecify.annotations.Nullable;

/// Writes XML, a row at a time.
@Plugin(
        type = "io.kestra.plugin.serdes.xml.IonToXml",
        aliases = "io.kestra.plugin.serdes.xml.XmlWriter",
        title = "Make an XML file of rows")
public final class IonToXml implements TaskPlugin<IonToXml.Properties, IonToXml.Outputs> {

    public record Properties(
            @Title("URI of the file") String from,
            @Title("Name of the outermost element") @Default("items") String rootName,
            @Title("Name of the element of a row") @Default("item") String rowName,
            @Title("Encoding of the text") @Default("UTF-8") String charset) {}

    public record Outputs(
            @Title("The converted file") URI uri, @Title("How many rows") long size) {}

    @Override
    public Outputs run(Properties properties, TaskContext context) throws Exception {
        long size = 0;
        try (var rows = RowFile.asWritten(properties.from(), context);
                var file = NewFile.create(context)) {
            var charset = Texts.charset(properties.charset()).name();
            var xml =
                    XMLOutputFactory.newDefaultFactory()
                            .createXMLStreamWriter(file.stream(), charset);
            xml.writeStartDocument(charset, "1.0");
            xml.writeStartElement(name(properties.rootName()));
            for (var row = rows.next(); row != null; row = rows.next()) {
                write(xml, name(properties.rowName()), row.value());
                size++;
            }
            xml.writeEndElement();
            xml.writeEndDocument();
            xml.flush();
            context.count("records", (double) size, Map.of());
            return new Outputs(file.store(".xml"), size);
        } catch (XMLStreamException e) {
            throw new TaskFailedException("The XML can't be written: " + e.getMessage(), e);
        }
    }

    private static void write(XMLStreamWriter xml, String name, @Nullable Object value)
            throws XMLStreamException {
        if (value instanceof List<?> list) {
            for (var element : list) {
                write(xml, name, element);
            }
            return;
        }
        xml.writeStartElement(name);
        if (value instanceof Map<?, ?> map) {
            for (var field : map.entrySet()) {
                write(xml, name(String.valueOf(field.getKey())), field.getValue());
            }
        } else if (value != null) {
            xml.writeCharacters(
                    value.toString().replaceAll("[\\x00-\\x08\\x0b\\x0c\\x0e-\\x1f]", ""));
        }
        xml.writeEndElement();
    }

    /// What is no name of an element becomes one.
    private static String name(String given) {
        var name = given.replaceAll("[^\\p{L}\\p{N}_.-]", "_");
        return name.isEmpty() || !name.substring(0, 1).matches("[\\p{L}_]") ? "_" + name : name;
    }
}
