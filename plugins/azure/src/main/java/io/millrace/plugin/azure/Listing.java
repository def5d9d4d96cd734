// SPDX-License-Identifier: Apache-2.0
package io.millrace.plugin.azure;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.millrace.plugin.TaskFailedException;
import java.io.StringReader;
import java.net.URLDecoder;
import java.time.DateTimeException;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Map;
import javax.xml.stream.XMLInputFactory;
import javax.xml.stream.XMLStreamConstants;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamReader;
import org.jspecify.annotations.Nullable;

/// Reads the XML in which a container's blobs are listed.
final class Listing {
    private static final XMLInputFactory XML = XMLInputFactory.newDefaultFactory();

    static {
        XML.setProperty(XMLInputFactory.SUPPORT_DTD, false);
        XML.setProperty(XMLInputFactory.IS_SUPPORTING_EXTERNAL_ENTITIES, false);
    }

    private Listing() {}

    static BlobStore.Page read(String container, String text) throws TaskFailedException {
        var blobs = new ArrayList<Blob>();
        var directories = new ArrayList<String>();
        var marker = "";
        try {
            // some write a byte order mark
            int begin = Math.max(0, text.indexOf('<'));
            var xml = XML.createXMLStreamReader(new StringReader(text.substring(begin)));
            while (xml.hasNext()) {
                if (xml.next() != XMLStreamConstants.START_ELEMENT) {
                    continue;
                }
                switch (xml.getLocalName()) {
                    case "Blob" -> blobs.add(blob(container, fields(xml, "Blob")));
                    case "BlobPrefix" ->
                            directories.add(fields(xml, "BlobPrefix").getOrDefault("Name", ""));
                    case "NextMarker" -> marker = xml.getElementText();
                    default -> {
                        // what is around them
                    }
                }
            }
        } catch (XMLStreamException e) {
            throw new TaskFailedException(
                    "Expected a list of blobs but got something else: " + e.getMessage(), e);
        }
        return new BlobStore.Page(blobs, directories, marker);
    }

    /// Texts of the elements in an element, by their names.
    private static Map<String, String> fields(XMLStreamReader xml, String around)
            throws XMLStreamException {
        var fields = new HashMap<String, String>();
        String name = null;
        var text = new StringBuilder();
        boolean encoded = false;
        while (xml.hasNext()) {
            int event = xml.next();
            if (event == XMLStreamConstants.START_ELEMENT) {
                name = xml.getLocalName();
                encoded = "true".equals(xml.getAttributeValue(null, "Encoded"));
                text.setLength(0);
            } else if (event == XMLStreamConstants.CHARACTERS) {
                text.append(xml.getText());
            } else if (event == XMLStreamConstants.END_ELEMENT) {
                if (xml.getLocalName().equals(around)) {
                    break;
                }
                if (xml.getLocalName().equals(name)) {
                    var value = text.toString();
                    fields.putIfAbsent(name, encoded ? URLDecoder.decode(value, UTF_8) : value);
                }
            }
        }
        return fields;
    }

    private static Blob blob(String container, Map<String, String> fields)
            throws TaskFailedException {
        var name = fields.get("Name");
        if (name == null) {
            throw new TaskFailedException("Expected a list of blobs with their names");
        }
        var changed = fields.get("Last-Modified");
        return new Blob(
                container,
                name,
                size(fields.getOrDefault("Content-Length", "0")),
                changed == null ? null : instant(changed),
                fields.get("Etag"),
                null);
    }

    private static long size(String text) throws TaskFailedException {
        try {
            return Long.parseLong(text.strip());
        } catch (NumberFormatException e) {
            throw new TaskFailedException("Expected a list of blobs with their sizes", e);
        }
    }

    /// @return in ISO 8601, or nothing if it is no moment
    static @Nullable String instant(String text) {
        try {
            return ZonedDateTime.parse(text, DateTimeFormatter.RFC_1123_DATE_TIME)
                    .toInstant()
                    .toString();
        } catch (DateTimeException _) {
            return null;
        }
    }
}
