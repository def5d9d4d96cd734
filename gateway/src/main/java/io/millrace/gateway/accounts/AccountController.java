// SPDX-License-Identifier: Apache-2.0
package io.millrace.gateway.accounts;

import io.millrace.platform.web.CursorResults;
import io.millrace.platform.web.Paging;
import java.time.Clock;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PatchMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.PutMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;

/// Service accounts: of a tenant for its admins, of the installation for operators.
@RestController
class AccountController {
    private static final String OF_TENANT = "/api/v1/{tenant}/service-accounts";
    private static final String ALL = "/api/v1/service-accounts";

    private final AccountService accounts;
    private final Clock clock;

    AccountController(AccountService accounts, Clock clock) {
        this.accounts = accounts;
        this.clock = clock;
    }

    record GroupRef(String id) {}

    record TenantRef(String id, String name) {}

    record Asked(
            @Nullable String name,
            @Nullable String description,
            @Nullable List<GroupRef> groups,
            @Nullable Boolean superAdmin) {}

    record View(
            String id,
            String name,
            @Nullable String description,
            List<GroupRef> groups,
            List<TenantRef> tenants,
            boolean superAdmin) {}

    private View view(ServiceAccount account) {
        return views(List.of(account)).getFirst();
    }

    private List<View> views(List<ServiceAccount> found) {
        var groups = accounts.groups(found);
        return found.stream()
                .map(account -> view(account, groups.getOrDefault(account.id(), List.of())))
                .toList();
    }

    private static View view(ServiceAccount account, List<String> groups) {
        var tenant = account.tenant();
        return new View(
                account.id(),
                account.name(),
                account.description(),
                groups.stream().map(GroupRef::new).toList(),
                tenant == null ? List.of() : List.of(new TenantRef(tenant, tenant)),
                account.operator());
    }

    private static List<String> ids(@Nullable List<GroupRef> groups) {
        return groups == null ? List.of() : groups.stream().map(GroupRef::id).toList();
    }

    private TokenViews.All tokens(ServiceAccount account) {
        return TokenViews.of(accounts.tokens(account), clock.instant());
    }

    // ---- of a tenant

    /// @param cursor of the page before, in place of a page's number
    @GetMapping(OF_TENANT)
    CursorResults<View> list(
            @PathVariable String tenant,
            Paging paging,
            @RequestParam(required = false) @Nullable String cursor) {
        return accounts.page(tenant, paging, cursor).mapAll(this::views);
    }

    @PostMapping(OF_TENANT)
    @ResponseStatus(HttpStatus.CREATED)
    View create(@PathVariable String tenant, @RequestBody Asked asked) {
        return view(
                accounts.create(
                        tenant, asked.name(), asked.description(), false, ids(asked.groups())));
    }

    @GetMapping(OF_TENANT + "/{id}")
    View get(@PathVariable String tenant, @PathVariable String id) {
        return view(accounts.get(tenant, id));
    }

    @PutMapping(OF_TENANT + "/{id}")
    View update(@PathVariable String tenant, @PathVariable String id, @RequestBody Asked asked) {
        return view(
                accounts.update(
                        tenant,
                        id,
                        asked.name(),
                        asked.description(),
                        asked.groups() == null ? null : ids(asked.groups())));
    }

    @DeleteMapping(OF_TENANT + "/{id}")
    @ResponseStatus(HttpStatus.NO_CONTENT)
    void delete(@PathVariable String tenant, @PathVariable String id) {
        accounts.delete(tenant, id);
    }

    @GetMapping(OF_TENANT + "/{id}/api-tokens")
    TokenViews.All tokens(@PathVariable String tenant, @PathVariable String id) {
        return tokens(accounts.get(tenant, id));
    }

    @PostMapping(OF_TENANT + "/{id}/api-tokens")
    @ResponseStatus(HttpStatus.CREATED)
    TokenViews.Fresh addToken(
            @PathVariable String tenant,
            @PathVariable String id,
            @RequestBody AccountService.NewToken asked) {
        return TokenViews.of(accounts.addToken(tenant, id, asked));
    }

    @DeleteMapping(OF_TENANT + "/{id}/api-tokens/{tokenId}")
    @ResponseStatus(HttpStatus.NO_CONTENT)
    void removeToken(
            @PathVariable String tenant, @PathVariable String id, @PathVariable String tokenId) {
        accounts.removeToken(tenant, id, tokenId);
    }

    // ---- of the installation

    /// @param cursor of the page before, in place of a page's number
    @GetMapping(ALL)
    CursorResults<View> listAll(
            Paging paging, @RequestParam(required = false) @Nullable String cursor) {
        return accounts.page(null, paging, cursor).mapAll(this::views);
    }

    @PostMapping(ALL)
    @ResponseStatus(HttpStatus.CREATED)
    View createForAll(@RequestBody Asked asked) {
        return view(
                accounts.create(
                        null,
                        asked.name(),
                        asked.description(),
                        Boolean.TRUE.equals(asked.superAdmin()),
                        List.of()));
    }

    @GetMapping(ALL + "/{id}")
    View getAny(@PathVariable String id) {
        return view(accounts.get(null, id));
    }

    @PatchMapping(ALL + "/{id}")
    View updateAny(@PathVariable String id, @RequestBody Asked asked) {
        return view(accounts.update(null, id, asked.name(), asked.description(), null));
    }

    record SuperAdmin(boolean superAdmin) {}

    @PatchMapping(ALL + "/{id}/superadmin")
    @ResponseStatus(HttpStatus.NO_CONTENT)
    void operator(@PathVariable String id, @RequestBody SuperAdmin asked) {
        accounts.setOperator(id, asked.superAdmin());
    }

    @DeleteMapping(ALL + "/{id}")
    @ResponseStatus(HttpStatus.NO_CONTENT)
    void deleteAny(@PathVariable String id) {
        accounts.delete(null, id);
    }

    @GetMapping(ALL + "/{id}/api-tokens")
    TokenViews.All tokensOfAny(@PathVariable String id) {
        return tokens(accounts.get(null, id));
    }

    @PostMapping(ALL + "/{id}/api-tokens")
    @ResponseStatus(HttpStatus.CREATED)
    TokenViews.Fresh addTokenToAny(
            @PathVariable String id, @RequestBody AccountService.NewToken asked) {
        return TokenViews.of(accounts.addToken(null, id, asked));
    }

    @DeleteMapping(ALL + "/{id}/api-tokens/{tokenId}")
    @ResponseStatus(HttpStatus.NO_CONTENT)
    void removeTokenOfAny(@PathVariable String id, @PathVariable String tokenId) {
        accounts.removeToken(null, id, tokenId);
    }
}
