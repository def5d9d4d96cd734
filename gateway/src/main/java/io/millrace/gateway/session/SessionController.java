// SPDX-License-Identifier: Apache-2.0
package io.millrace.gateway.session;

import io.millrace.gateway.grants.Bindings;
import io.millrace.gateway.people.Newcomers;
import io.millrace.gateway.signin.Refusals;
import io.millrace.platform.audit.AuditTrail;
import io.millrace.platform.identity.InvalidTokenException;
import io.millrace.platform.problem.ServiceException;
import io.millrace.platform.tenancy.TenantScope;
import io.swagger.v3.oas.annotations.Hidden;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.net.URI;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestHeader;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

/// How a browser signs in and out. See `docs/identity.md`.
@Hidden
@RestController
class SessionController {
    private static final Logger log = LoggerFactory.getLogger(SessionController.class);
    private static final String LOGOUT = "/ui/logout";

    private final Sessions sessions;
    private final IssuerClients clients;
    private final Cookies cookies;
    private final Bindings bindings;
    private final Newcomers newcomers;
    private final Refusals refusals;
    private final AuditTrail audit;
    private final JdbcClient jdbc;

    SessionController(
            Sessions sessions,
            IssuerClients clients,
            Cookies cookies,
            Bindings bindings,
            Newcomers newcomers,
            Refusals refusals,
            AuditTrail audit,
            JdbcClient jdbc) {
        this.sessions = sessions;
        this.clients = clients;
        this.cookies = cookies;
        this.bindings = bindings;
        this.newcomers = newcomers;
        this.refusals = refusals;
        this.audit = audit;
        this.jdbc = jdbc;
    }

    @GetMapping("/ui/login")
    ResponseEntity<String> login(
            @RequestParam(defaultValue = ReturnTo.HOME) String returnTo,
            @RequestParam @Nullable String issuer,
            HttpServletResponse response) {
        if (!ReturnTo.isGood(returnTo)) {
            throw new ServiceException.Malformed("Expected a path below /ui/ in returnTo");
        }
        if (clients.all().isEmpty()) {
            throw new ServiceException.NotFound("No issuer is configured for browsers to sign in");
        }
        if (issuer == null && clients.all().size() > 1) {
            return page(HttpStatus.OK, Pages.choice(clients.all(), returnTo));
        }
        var client =
                issuer == null
                        ? clients.all().iterator().next()
                        : clients.find(issuer)
                                .orElseThrow(() ->
                                        new ServiceException.NotFound(
                                                "There is no such issuer to sign in at"));
        var attempt = SignInAttempt.at(client.signIn().name(), returnTo);
        var there = client.authorizationUri(attempt);
        cookies.begin(attempt, response);
        return to(there);
    }

    @GetMapping("/ui/callback")
    ResponseEntity<String> callback(
            @RequestParam @Nullable String code,
            @RequestParam @Nullable String state,
            @RequestParam @Nullable String iss,
            @RequestParam @Nullable String error,
            HttpServletRequest request,
            HttpServletResponse response) {
        var attempt = cookies.attempt(request);
        if (attempt.isEmpty() || state == null || !attempt.get().isState(state)) {
            // another tab was faster, or somebody sends a victim here with a code of his own
            return isSignedIn(request)
                    ? to(URI.create(ReturnTo.HOME))
                    : refuse(request, "This sign-in was not begun here, or took too long.");
        }
        var client = clients.find(attempt.get().signIn());
        if (client.isEmpty() || !client.get().isFrom(iss)) {
            return refuse(request, "The answer is of another issuer.");
        }
        if (error != null || code == null) {
            return refuse(request, "The issuer has not signed you in.");
        }
        try {
            var tokens = client.get().exchange(attempt.get(), code);
            var opened = sessions.open(client.get(), tokens, attempt.get().nonce());
            var principal = opened.principal();
            audit.signedIn(
                    "-",
                    principal.subject(),
                    principal.tokenId(),
                    Map.of("issuer", client.get().issuer(), "by", "browser"));
            // whoever has learnt the key of the session before gets nowhere with it
            cookies.session(request).ifPresent(sessions::end);
            cookies.signedIn(opened.key(), opened.longest(), response);
            return to(URI.create(attempt.get().returnTo()));
        } catch (IssuerClient.RejectedException e) {
            return refuse(request, "The issuer doesn't know this sign-in, or no more.");
        } catch (InvalidTokenException e) {
            log.atWarn()
                    .addKeyValue("issuer", client.get().issuer())
                    .addKeyValue("cause", e.detail())
                    .log("The issuer's tokens are not taken");
            return refuse(request, "The issuer's tokens are not taken: " + e.detail() + ".");
        }
    }

    private boolean isSignedIn(HttpServletRequest request) {
        try {
            return sessions.look(request).isPresent();
        } catch (InvalidTokenException _) {
            return false;
        }
    }

    private ResponseEntity<String> refuse(HttpServletRequest request, String why) {
        refusals.unauthenticated("-", request, why);
        return page(HttpStatus.UNAUTHORIZED, Pages.failed(why));
    }

    /// @param id of the tenant, as in paths
    record TenantView(String id, String name) {}

    /// @param tenants that he may enter
    /// @param logoutUrl to be called by POST with the CSRF token
    /// @param expiresAt when the session ends if it isn't used
    record View(
            String subject,
            String name,
            @Nullable String email,
            boolean operator,
            String csrfToken,
            List<TenantView> tenants,
            String logoutUrl,
            Instant expiresAt) {}

    @GetMapping("/ui/session")
    View session(HttpServletRequest request, HttpServletResponse response) {
        try {
            var session =
                    sessions.look(request)
                            .orElseThrow(() -> new InvalidTokenException("Nobody is signed in"));
            var principal = session.principal();
            var profile = principal.profile();
            var name = profile.displayName();
            var snapshot = newcomers.welcome(principal, bindings.current());
            var tenants =
                    TenantScope.across(() ->
                            jdbc.sql(
                                            "select id, name from tenant where state = 'active' order by id")
                                    .query((row, _) ->
                                            new TenantView(
                                                    row.getString("id"), row.getString("name")))
                                    .list());
            return new View(
                    principal.subject(),
                    name == null ? profile.username() : name,
                    profile.email(),
                    snapshot.isOperator(principal),
                    session.csrfToken(),
                    tenants.stream()
                            .filter(t -> !snapshot.grants(principal, t.id()).isEmpty())
                            .toList(),
                    LOGOUT,
                    session.expiresAt());
        } catch (InvalidTokenException e) {
            if (cookies.session(request).isPresent()) {
                cookies.forget(response);
            }
            throw new ServiceException.Unauthenticated(e.detail());
        }
    }

    /// @param redirectTo where the browser has to go next: to the issuer, to sign out there
    record SignedOut(URI redirectTo) {}

    /// A script gets told where to go next; a form goes there.
    @PostMapping(LOGOUT)
    ResponseEntity<?> logout(
            @RequestHeader(name = CsrfCheck.HEADER) @Nullable String header,
            @RequestParam(name = "_csrf") @Nullable String field,
            HttpServletRequest request,
            HttpServletResponse response) {
        var there = clients.home();
        var key = cookies.session(request);
        if (key.isPresent()) {
            var given = header == null ? field : header;
            if (given == null || !key.get().isCsrfToken(given)) {
                throw new ServiceException.Forbidden(
                        "Expected the header X-CSRF-Token, as GET /ui/session says it");
            }
            var ended = sessions.end(key.get());
            if (ended.isPresent()) {
                there = end(ended.get());
            }
            cookies.forget(response);
        }
        var accept = request.getHeader(HttpHeaders.ACCEPT);
        if (header == null && accept != null && accept.contains(MediaType.TEXT_HTML_VALUE)) {
            return ResponseEntity.status(HttpStatus.SEE_OTHER).location(there).build();
        }
        return ResponseEntity.ok(new SignedOut(there));
    }

    private URI end(Sessions.Ended ended) {
        audit.changed("-", ended.subject(), "signout", "user/" + ended.subject(), Map.of());
        var refreshToken = ended.tokens().refreshToken();
        try {
            if (refreshToken != null) {
                ended.client().revoke(refreshToken);
            }
            return ended.client()
                    .endSession(ended.tokens().idToken(), clients.home())
                    .orElse(clients.home());
        } catch (ServiceException.Unavailable _) {
            return clients.home(); // the session here has ended in any case
        }
    }

    private static ResponseEntity<String> to(URI there) {
        return ResponseEntity.status(HttpStatus.FOUND).location(there).build();
    }

    private static ResponseEntity<String> page(HttpStatus status, String html) {
        return ResponseEntity.status(status)
                .contentType(
                        new MediaType(MediaType.TEXT_HTML, java.nio.charset.StandardCharsets.UTF_8))
                .body(html);
    }
}
