// SPDX-License-Identifier: Apache-2.0
package io.millrace.platform.web;

import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletRequestWrapper;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.Collections;
import java.util.Enumeration;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpHeaders;
import org.springframework.http.MediaType;
import org.springframework.web.filter.OncePerRequestFilter;

/// What Kestra's published client does that isn't what it means.
///
/// A form without fields says `multipart/form-data`, has no boundary, and nothing follows: there is
/// no form. Where it takes JSON it may say `text/json`.
final class ClientHabits extends OncePerRequestFilter {
    private static final String TEXT_JSON = "text/json";

    @Override
    protected void doFilterInternal(
            HttpServletRequest request, HttpServletResponse response, FilterChain chain)
            throws ServletException, IOException {
        var meant = request;
        if (isEmptyForm(request)) {
            meant = new With(meant, HttpHeaders.CONTENT_TYPE, null);
        }
        if (TEXT_JSON.equals(request.getHeader(HttpHeaders.ACCEPT))) {
            meant = new With(meant, HttpHeaders.ACCEPT, MediaType.APPLICATION_JSON_VALUE);
        }
        chain.doFilter(meant, response);
    }

    private static boolean isEmptyForm(HttpServletRequest request) {
        var type = request.getContentType();
        return type != null
                && type.toLowerCase(Locale.ROOT).startsWith("multipart/form-data")
                && !type.toLowerCase(Locale.ROOT).contains("boundary=")
                && request.getContentLengthLong() <= 0;
    }

    /// The same with another header.
    private static final class With extends HttpServletRequestWrapper {
        private final String header;
        private final @Nullable String value;

        /// @param value absent: it has none
        With(HttpServletRequest request, String header, @Nullable String value) {
            super(request);
            this.header = header;
            this.value = value;
        }

        @Override
        public @Nullable String getContentType() {
            return header.equals(HttpHeaders.CONTENT_TYPE) ? value : super.getContentType();
        }

        @Override
        public @Nullable String getHeader(String name) {
            return header.equalsIgnoreCase(name) ? value : super.getHeader(name);
        }

        @Override
        public Enumeration<String> getHeaders(String name) {
            if (!header.equalsIgnoreCase(name)) {
                return super.getHeaders(name);
            }
            return Collections.enumeration(value == null ? List.<String>of() : List.of(value));
        }
    }
}
