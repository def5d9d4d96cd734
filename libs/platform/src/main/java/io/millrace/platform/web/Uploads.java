// SPDX-License-Identifier: Apache-2.0
package io.millrace.platform.web;

import io.millrace.platform.problem.ServiceException;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.Part;
import java.io.IOException;
import java.util.Collection;

/// What came with a multipart form.
public final class Uploads {
    private Uploads() {}

    /// @throws ServiceException.Malformed if the form can't be read, or is larger than it may be
    public static Collection<Part> parts(HttpServletRequest request) {
        try {
            return request.getParts();
        } catch (IllegalStateException | IOException | ServletException e) {
            // the server's own reader has no type for what is wrong with a form
            throw new ServiceException.Malformed(
                    "Expected a multipart form that can be read, within its limits");
        }
    }

    /// A file of the form.
    ///
    /// @throws ServiceException.Malformed if the form can't be read, or is larger than it may be
    /// @throws ServiceException.Invalid if it has no part of that name
    public static Part file(HttpServletRequest request, String name) {
        return parts(request).stream()
                .filter(part -> part.getName().equals(name))
                .findFirst()
                .orElseThrow(() ->
                        new ServiceException.Invalid(
                                name, "Illegal argument: expected a file named " + name));
    }
}
