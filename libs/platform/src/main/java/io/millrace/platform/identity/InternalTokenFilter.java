// SPDX-License-Identifier: Apache-2.0
package io.millrace.platform.identity;

import io.millrace.platform.access.Caller;
import io.millrace.platform.access.Identity;
import io.millrace.platform.access.ServiceIdentity;
import io.millrace.platform.problem.Problems;
import io.millrace.platform.problem.ServiceException;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpHeaders;
import org.springframework.security.authentication.UsernamePasswordAuthenticationToken;
import org.springframework.security.core.authority.AuthorityUtils;
import org.springframework.security.core.context.SecurityContextHolder;
import org.springframework.security.core.context.SecurityContextImpl;
import org.springframework.web.filter.OncePerRequestFilter;

/// Finds out who calls a service, and that a user stays within his tenant.
final class InternalTokenFilter extends OncePerRequestFilter {
    private static final String API = "/api/v1/";
    private static final String BEARER = "Bearer ";

    private final TokenVerifier tokens;
    private final Optional<TaskTokens> taskTokens;
    private final PathSet taskPaths;

    InternalTokenFilter(TokenVerifier tokens, Optional<TaskTokens> taskTokens, PathSet taskPaths) {
        this.tokens = tokens;
        this.taskTokens = taskTokens;
        this.taskPaths = taskPaths;
    }

    @Override
    protected boolean shouldNotFilterAsyncDispatch() {
        return false;
    }

    @Override
    protected void doFilterInternal(
            HttpServletRequest request, HttpServletResponse response, FilterChain chain)
            throws ServletException, IOException {
        var token = bearer(request);
        if (token == null) {
            chain.doFilter(request, response);
            return;
        }
        Identity identity;
        try {
            identity =
                    taskPaths.contains(request.getRequestURI())
                            ? taskTokens
                                    .orElseThrow(() ->
                                            new InvalidTokenException(
                                                    "No task tokens are taken here"))
                                    .verify(token)
                            : tokens.verify(token);
        } catch (InvalidTokenException e) {
            Problems.write(new ServiceException.Unauthenticated(e.detail()), request, response);
            return;
        }
        if (identity instanceof Caller caller
                && !caller.tenant().equals(tenantOf(request.getRequestURI()))) {
            Problems.write(
                    new ServiceException.NotFound("Not Found: " + request.getRequestURI()),
                    request,
                    response);
            return;
        }
        if (identity instanceof Caller) {
            request.setAttribute(Identity.PASSED_ON, true);
        }
        var kind =
                identity instanceof ServiceIdentity service && service.isWorker()
                        ? "KIND_Worker"
                        : "KIND_" + identity.getClass().getSimpleName();
        SecurityContextHolder.setContext(
                new SecurityContextImpl(
                        UsernamePasswordAuthenticationToken.authenticated(
                                identity, null, AuthorityUtils.createAuthorityList(kind))));
        chain.doFilter(request, response);
    }

    private static @Nullable String bearer(HttpServletRequest request) {
        var header = request.getHeader(HttpHeaders.AUTHORIZATION);
        return header != null && header.startsWith(BEARER)
                ? header.substring(BEARER.length())
                : null;
    }

    /// The tenant that a path of the public API names.
    static @Nullable String tenantOf(String path) {
        if (!path.startsWith(API)) {
            return null;
        }
        int end = path.indexOf('/', API.length());
        return end < 0 ? path.substring(API.length()) : path.substring(API.length(), end);
    }
}
