// SPDX-License-Identifier: Apache-2.0
package io.millrace.gateway.accounts;

import io.millrace.gateway.GatewayProperties;
import io.millrace.gateway.grants.Bindings;
import io.millrace.gateway.grants.Ids;
import io.millrace.platform.access.Caller;
import io.millrace.platform.access.Permission;
import io.millrace.platform.audit.AuditTrail;
import io.millrace.platform.audit.Difference;
import io.millrace.platform.problem.ServiceException;
import io.millrace.platform.web.CursorResults;
import io.millrace.platform.web.Paging;
import java.time.Clock;
import java.time.Duration;
import java.time.Period;
import java.time.ZoneOffset;
import java.time.format.DateTimeParseException;
import java.time.temporal.ChronoUnit;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Service;

/// Makes and removes service accounts and their tokens, for a tenant's admins and for operators,
/// and tokens of users.
@Service
class AccountService {
    private static final String NAME = "[a-z0-9][a-z0-9._-]{0,62}";
    private static final String OF_INSTALLATION = "-";
    private static final int MOST_TOKENS = 50;

    private final Accounts accounts;
    private final Bindings bindings;
    private final AuditTrail audit;
    private final Clock clock;
    private final GatewayProperties.ApiTokens limits;

    AccountService(
            Accounts accounts,
            Bindings bindings,
            AuditTrail audit,
            Clock clock,
            GatewayProperties properties) {
        this.accounts = accounts;
        this.bindings = bindings;
        this.audit = audit;
        this.clock = clock;
        this.limits = properties.apiTokens();
    }

    /// @param tenant in which it must be; absent: any
    /// @throws ServiceException.NotFound if there is none
    ServiceAccount get(@Nullable String tenant, String id) {
        return accounts.find(tenant, id)
                .orElseThrow(
                        () -> new ServiceException.NotFound("Not Found: service account " + id));
    }

    /// @param tenant whose they are; absent: all
    /// @param cursor of the page before; in its place the page's number, if absent
    CursorResults<ServiceAccount> page(
            @Nullable String tenant, Paging paging, @Nullable String cursor) {
        return accounts.page(tenant, paging, cursor);
    }

    /// The groups of each, by its id.
    Map<String, List<String>> groups(List<ServiceAccount> of) {
        return accounts.groups(of.stream().map(ServiceAccount::id).toList());
    }

    ServiceAccount create(
            @Nullable String tenant,
            @Nullable String name,
            @Nullable String description,
            boolean operator,
            List<String> groups) {
        if (name == null || !name.matches(NAME)) {
            throw new ServiceException.Invalid(
                    "name", "Expected a name of small letters, digits, dots and dashes");
        }
        var account = new ServiceAccount(Ids.next(), tenant, name, description, operator);
        bindings.change(() -> {
            if (!accounts.insert(account, Caller.current().subject())) {
                throw new ServiceException.Conflict(
                        "There is a service account " + name + " already");
            }
            if (tenant != null) {
                giveGroups(account, groups);
            }
            record(account, "service-account.create", Difference.of(Map.of(), fields(account)));
            return true;
        });
        return account;
    }

    /// Nobody gives an account more than he has himself: not by a group either.
    private void giveGroups(ServiceAccount account, List<String> groups) {
        accounts.setGroups(account, groups);
        mustHaveAll(account);
    }

    private void mustHaveAll(ServiceAccount account) {
        var tenant = account.tenant();
        var caller = Caller.current();
        if (tenant == null || caller.operator()) {
            return;
        }
        var names = Set.copyOf(accounts.groupNames(account.id()));
        var snapshot = bindings.current();
        for (var binding : bindings.list(tenant)) {
            boolean has =
                    switch (binding.kind()) {
                        case SERVICE_ACCOUNT -> binding.name().equals(account.id());
                        case GROUP -> names.contains(binding.name());
                        case USER -> false;
                    };
            var grant =
                    has
                            ? snapshot.grant(binding)
                            : java.util.Optional.<io.millrace.platform.access.Grant>empty();
            if (grant.isPresent()
                    && !caller.mayAll(grant.get().permissions(), grant.get().namespace())) {
                throw new ServiceException.Forbidden(
                        "Expected a service account that may do no more than you");
            }
        }
    }

    ServiceAccount update(
            @Nullable String tenant,
            String id,
            @Nullable String name,
            @Nullable String description,
            @Nullable List<String> groups) {
        var account = get(tenant, id);
        if (name != null && !name.equals(account.name())) {
            throw new ServiceException.Refused(
                    "Expected the name to stay: it is how the audit log calls the account");
        }
        var after =
                new ServiceAccount(
                        id, account.tenant(), account.name(), description, account.operator());
        bindings.change(() -> {
            accounts.describe(id, description);
            if (groups != null && account.tenant() != null) {
                giveGroups(account, groups);
            }
            record(after, "service-account.update", Difference.of(fields(account), fields(after)));
            return true;
        });
        return after;
    }

    /// Lets an account of the installation run it, or no longer.
    void setOperator(String id, boolean operator) {
        var account = get(null, id);
        if (account.tenant() != null) {
            throw new ServiceException.Refused(
                    "Expected a service account of the installation but it is of a tenant");
        }
        var after = new ServiceAccount(id, null, account.name(), account.description(), operator);
        bindings.change(() -> {
            accounts.setOperator(id, operator);
            record(
                    after,
                    "service-account.operator",
                    Difference.of(fields(account), fields(after)));
            return true;
        });
    }

    void delete(@Nullable String tenant, String id) {
        var account = get(tenant, id);
        bindings.change(() -> {
            accounts.delete(id);
            record(account, "service-account.delete", Difference.of(fields(account), Map.of()));
            return true;
        });
    }

    List<ApiToken> tokens(ServiceAccount account) {
        return accounts.tokens(new ApiToken.Owner.Account(account.id()));
    }

    /// What a token shall be.
    ///
    /// @param maxAge its lifetime, as ISO 8601 duration
    /// @param permissions what it may at most, such as `FLOW_READ`
    record NewToken(
            @Nullable String name,
            @Nullable String description,
            @Nullable String maxAge,
            @Nullable Boolean extended,
            @Nullable List<String> permissions,
            @Nullable String namespace) {}

    record Made(ApiToken token, String clear) {
        @Override
        public String toString() {
            return "Made[" + token.id() + "]";
        }
    }

    /// The only time that its secret is seen.
    Made addToken(@Nullable String tenant, String id, NewToken asked) {
        var account = get(tenant, id);
        mustHaveAll(account);
        var made = make(new ApiToken.Owner.Account(id), asked);
        bindings.change(() -> {
            insert(made);
            record(account, "service-account.add-token", details(made));
            return true;
        });
        return new Made(made.token(), made.clear().text());
    }

    private record Fresh(ApiToken token, ApiToken.Clear clear) {}

    private Fresh make(ApiToken.Owner owner, NewToken asked) {
        var name = asked.name() == null ? "" : asked.name().strip();
        if (name.isEmpty() || name.length() > 100) {
            throw new ServiceException.Invalid("name", "Expected a name of 1 to 100 characters");
        }
        if (accounts.tokens(owner).size() >= MOST_TOKENS) {
            throw new ServiceException.Refused(
                    "Expected at most " + MOST_TOKENS + " tokens of one owner");
        }
        var now = clock.instant().truncatedTo(ChronoUnit.SECONDS);
        var clear = ApiToken.Clear.next();
        return new Fresh(
                new ApiToken(
                        clear.id(),
                        owner,
                        name,
                        asked.description(),
                        permissions(asked.permissions()),
                        Objects.requireNonNullElse(asked.namespace(), ""),
                        Boolean.TRUE.equals(asked.extended()),
                        now,
                        now.plus(lifetime(asked.maxAge())),
                        null),
                clear);
    }

    private void insert(Fresh made) {
        accounts.insert(made.token(), made.clear().hash(), Caller.current().subject());
    }

    private static Map<String, String> details(Fresh made) {
        return Map.of("id", made.token().id(), "expires", made.token().expiresAt().toString());
    }

    // ---- of users

    /// @throws ServiceException.NotFound if nobody has that id
    Accounts.Person user(String id) {
        return accounts.person(id)
                .orElseThrow(() -> new ServiceException.NotFound("Not Found: user " + id));
    }

    /// The caller himself.
    ///
    /// @throws ServiceException.Refused if it is no person
    Accounts.Person self() {
        return accounts.personOf(Caller.current().subject())
                .orElseThrow(() ->
                        new ServiceException.Refused("Expected a user but got a service account"));
    }

    List<ApiToken> tokens(Accounts.Person user) {
        return accounts.tokens(new ApiToken.Owner.User(user.id()));
    }

    /// Nobody acts in another's name, and no token makes others that outlive it.
    ///
    /// @param signedIn whether the caller is somebody who has signed in, and no token of his
    Made addToken(Accounts.Person user, NewToken asked, boolean signedIn) {
        if (!user.subject().equals(Caller.current().subject())) {
            throw new ServiceException.Forbidden(
                    "Expected your own user: nobody makes tokens that act in another's name");
        }
        if (!signedIn) {
            throw new ServiceException.Forbidden(
                    "Expected you to have signed in: a token doesn't make others");
        }
        var made = make(new ApiToken.Owner.User(user.id()), asked);
        bindings.change(() -> {
            insert(made);
            record(user, "user.add-token", details(made));
            return true;
        });
        return new Made(made.token(), made.clear().text());
    }

    void removeToken(Accounts.Person user, String tokenId) {
        bindings.change(() -> {
            if (!accounts.deleteToken(new ApiToken.Owner.User(user.id()), tokenId)) {
                throw new ServiceException.NotFound("Not Found: token " + tokenId);
            }
            record(user, "user.remove-token", Map.of("id", tokenId));
            return true;
        });
    }

    private void record(Accounts.Person user, String action, Map<String, String> details) {
        audit.changed(OF_INSTALLATION, action, "user/" + user.subject(), details);
    }

    private static @Nullable Set<Permission> permissions(@Nullable List<String> names) {
        if (names == null || names.isEmpty()) {
            return null;
        }
        var permissions = EnumSet.noneOf(Permission.class);
        for (var name : names) {
            permissions.add(
                    Permission.of(name)
                            .orElseThrow(() ->
                                    new ServiceException.Invalid(
                                            "permissions",
                                            "Expected permissions such as FLOW_READ but got "
                                                    + name)));
        }
        return permissions;
    }

    private Duration lifetime(@Nullable String text) {
        if (text == null || text.isBlank()) {
            return limits.defaultLifetime();
        }
        Duration wanted;
        try {
            wanted =
                    text.contains("T")
                            ? Duration.parse(text)
                            : Duration.between(
                                    clock.instant(),
                                    clock.instant()
                                            .atZone(ZoneOffset.UTC)
                                            .plus(Period.parse(text))
                                            .toInstant());
        } catch (DateTimeParseException e) {
            throw new ServiceException.Invalid(
                    "maxAge", "Expected an ISO 8601 duration such as P90D but got " + text);
        }
        if (wanted.isNegative()
                || wanted.isZero()
                || wanted.compareTo(limits.longestLifetime()) > 0) {
            throw new ServiceException.Invalid(
                    "maxAge", "Expected more than nothing and at most " + limits.longestLifetime());
        }
        return wanted;
    }

    void removeToken(@Nullable String tenant, String id, String tokenId) {
        var account = get(tenant, id);
        bindings.change(() -> {
            if (!accounts.deleteToken(new ApiToken.Owner.Account(id), tokenId)) {
                throw new ServiceException.NotFound("Not Found: token " + tokenId);
            }
            record(account, "service-account.remove-token", Map.of("id", tokenId));
            return true;
        });
    }

    private void record(ServiceAccount account, String action, Map<String, String> details) {
        var tenant = account.tenant() == null ? OF_INSTALLATION : account.tenant();
        audit.changed(tenant, action, "service-account/" + account.name(), details);
    }

    private static Map<String, Object> fields(ServiceAccount account) {
        var fields = new LinkedHashMap<String, Object>();
        fields.put("name", account.name());
        fields.put("description", String.valueOf(account.description()));
        fields.put("operator", account.operator());
        return fields;
    }
}
