// SPDX-License-Identifier: Apache-2.0
package io.millrace.flow.flows;

import io.millrace.model.yaml.YamlWriter;
import io.millrace.platform.problem.ServiceException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;

/// Bodies of requests as sources.
public final class Sources {
    private static final Pattern SEPARATOR = Pattern.compile("(?m)^---[ \\t]*$\\R?");

    /// Clients join documents by `---` without a line of its own. At the end of a top-level
    /// property of one word, before a top-level `id`, that can be nothing else in a source that is
    /// right.
    private static final Pattern GLUED =
            Pattern.compile("(?m)(?<=^\\w{1,40}: \\w{1,40})---[ \\t]*\\R?(?=id:[ \\t])");

    private static final JsonMapper JSON = JsonMapper.shared();

    private Sources() {}

    /// The body, byte for byte.
    ///
    /// @throws ServiceException.TooLarge if it has more than `maxBytes`
    /// @throws ServiceException.Malformed if it isn't UTF-8
    public static String read(InputStream body, int maxBytes) throws IOException {
        var bytes = body.readNBytes(maxBytes + 1);
        if (bytes.length > maxBytes) {
            throw new ServiceException.TooLarge(
                    "Expected at most %d bytes of source".formatted(maxBytes));
        }
        try {
            return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
        } catch (CharacterCodingException e) {
            throw new ServiceException.Malformed("Expected the source in UTF-8");
        }
    }

    /// A JSON object as YAML; all else as it is.
    static String yaml(String source) {
        var yaml = YamlWriter.ofJson(source);
        return yaml == null || !isJson(source) ? source : yaml;
    }

    /// YAML in braces isn't: it may have comments.
    private static boolean isJson(String source) {
        try {
            return JSON.readTree(source).isObject();
        } catch (JacksonException _) {
            return false;
        }
    }

    /// A JSON list of flows, as clients before Kestra 2 send it.
    private static List<String> elements(String body) {
        try {
            var documents = new ArrayList<String>();
            for (var element : JSON.readTree(body)) {
                documents.add(yaml(element.toString()));
            }
            return documents;
        } catch (JacksonException _) {
            // not JSON: refused as the source that it is
            return List.of(body);
        }
    }

    /// The documents of a body that holds several, without empty ones.
    static List<String> split(String body) {
        if (body.stripLeading().startsWith("[")) {
            return elements(body);
        }
        var documents = new ArrayList<String>();
        for (var part : SEPARATOR.split(body)) {
            for (var document : GLUED.split(part)) {
                if (!document.isBlank()) {
                    documents.add(document);
                }
            }
        }
        return documents;
    }
}
