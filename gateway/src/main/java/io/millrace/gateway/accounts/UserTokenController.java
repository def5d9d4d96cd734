// SPDX-License-Identifier: Apache-2.0
package io.millrace.gateway.accounts;

import io.millrace.gateway.signin.Principal;
import io.millrace.platform.tenancy.TenantScope;
import jakarta.servlet.http.HttpServletRequest;
import java.time.Clock;
import java.util.function.Supplier;
import org.springframework.http.HttpStatus;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;

/// Tokens of users: each his own, and operators see and end those of all. They are of no tenant.
@RestController
class UserTokenController {
    private static final String ALL = "/api/v1/users/{id}/api-tokens";
    private static final String OWN = "/api/v1/{tenant}/me/api-tokens";

    private final AccountService accounts;
    private final Clock clock;

    UserTokenController(AccountService accounts, Clock clock) {
        this.accounts = accounts;
        this.clock = clock;
    }

    private TokenViews.All list(Supplier<Accounts.Person> user) {
        return TenantScope.across(
                () -> TokenViews.of(accounts.tokens(user.get()), clock.instant()));
    }

    private TokenViews.Fresh add(
            Supplier<Accounts.Person> user,
            AccountService.NewToken asked,
            HttpServletRequest request) {
        return TenantScope.across(() ->
                TokenViews.of(
                        accounts.addToken(user.get(), asked, Principal.hasSignedIn(request))));
    }

    private void remove(Supplier<Accounts.Person> user, String tokenId) {
        TenantScope.runAcross(() -> accounts.removeToken(user.get(), tokenId));
    }

    @GetMapping(ALL)
    TokenViews.All tokens(@PathVariable String id) {
        return list(() -> accounts.user(id));
    }

    @PostMapping(ALL)
    @ResponseStatus(HttpStatus.CREATED)
    TokenViews.Fresh add(
            @PathVariable String id,
            @RequestBody AccountService.NewToken asked,
            HttpServletRequest request) {
        return add(() -> accounts.user(id), asked, request);
    }

    @DeleteMapping(ALL + "/{tokenId}")
    @ResponseStatus(HttpStatus.NO_CONTENT)
    void remove(@PathVariable String id, @PathVariable String tokenId) {
        remove(() -> accounts.user(id), tokenId);
    }

    @GetMapping(OWN)
    TokenViews.All own() {
        return list(accounts::self);
    }

    @PostMapping(OWN)
    @ResponseStatus(HttpStatus.CREATED)
    TokenViews.Fresh addOwn(
            @RequestBody AccountService.NewToken asked, HttpServletRequest request) {
        return add(accounts::self, asked, request);
    }

    @DeleteMapping(OWN + "/{tokenId}")
    @ResponseStatus(HttpStatus.NO_CONTENT)
    void removeOwn(@PathVariable String tokenId) {
        remove(accounts::self, tokenId);
    }
}
