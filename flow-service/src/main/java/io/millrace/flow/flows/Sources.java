// SPDX-License-Identifier: Apache-2.0
package io.millrace.flow.flows;

import io.millrace.platform.problem.ServiceException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/// Bodies of requests as sources.
public final class Sources {
    private static final Pattern SEPARATOR = Pattern.compile("(?m)^---[ \\t]*$\\R?");

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

    /// The documents of a body that holds several, without empty ones.
    static List<String> split(String body) {
        var documents = new ArrayList<String>();
        for (var document : SEPARATOR.split(body)) {
            if (!document.isBlank()) {
                documents.add(document);
            }
        }
        return documents;
    }
}
