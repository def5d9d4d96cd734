// SPDX-License-Identifier: Apache-2.0
package io.millrace.gateway;

import io.millrace.platform.access.Role;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.unit.DataSize;
import org.springframework.validation.annotation.Validated;

/// How the gateway lets people in.
///
/// @param issuers whose access tokens are taken
/// @param bindings who may do what from the start; those that are taken away here are taken away
/// @param operators who make and remove tenants, besides those whom operators have named
/// @param apiTokens how API tokens are taken
/// @param sessions how long browsers stay signed in
/// @param invitationsLast how long somebody who was invited may take to come
/// @param limits how much is taken of each
/// @param publicUrl how browsers reach the gateway; `https`: they are told to stay with it
/// @param devIssuerUrl where `/dev-issuer` is served, or absent
/// @param portals origins of other sites, such as `https://portal.example.com`, whose pages may
///   call the API with a bearer token
/// @param upstream how services are called
@Validated
@ConfigurationProperties("millrace.gateway")
public record GatewayProperties(
        @DefaultValue List<Issuer> issuers,
        @DefaultValue List<Binding> bindings,
        @DefaultValue List<Operator> operators,
        @DefaultValue ApiTokens apiTokens,
        @DefaultValue Sessions sessions,
        @DefaultValue("7d") Duration invitationsLast,
        @DefaultValue Limits limits,
        @Nullable URI publicUrl,
        @Nullable URI devIssuerUrl,
        @DefaultValue Set<String> portals,
        @DefaultValue Upstream upstream) {

    /// @param issuer the `iss` of its tokens
    /// @param jwksUri where its keys are; asked for at the first token, not at the start
    /// @param audience which `aud` must hold
    /// @param algorithms which signatures are taken
    /// @param subjectClaim the claim that names the user
    /// @param groupsClaim path of the claim with the user's groups, such as `realm_access.roles`
    /// @param groupMappings what members of groups that fit a pattern may do, in which tenant
    /// @param emailDomains whose addresses it vouches for; none: all if it is the only issuer, else
    ///   nobody's
    /// @param prefix put before users and groups, to tell those of several issuers apart
    /// @param clockSkew by how much clocks may differ
    /// @param keysFor how long keys are taken for current
    /// @param refetchPause least time between two look-ups because of an unknown key
    /// @param signIn how browsers sign in there, or absent if they don't
    public record Issuer(
            String issuer,
            URI jwksUri,
            @DefaultValue("millrace") String audience,
            @DefaultValue({"RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384"})
                    List<String> algorithms,
            @DefaultValue("sub") String subjectClaim,
            @DefaultValue("groups") String groupsClaim,
            @DefaultValue List<GroupMapping> groupMappings,
            @DefaultValue Set<String> emailDomains,
            @DefaultValue("") String prefix,
            @DefaultValue("30s") Duration clockSkew,
            @DefaultValue("5m") Duration keysFor,
            @DefaultValue("30s") Duration refetchPause,
            @Nullable SignIn signIn) {}

    /// How browsers sign in at an issuer: by authorization code with PKCE, with the gateway as the
    /// client. Endpoints that aren't given are read from the issuer's discovery document.
    ///
    /// @param name what `/ui/login?issuer=` names, different for each issuer
    /// @param title what people read where they choose between several; default: the name
    /// @param clientSecret absent for a public client
    /// @param clientSecretFile file with the client's secret
    /// @param identityFrom which token says who somebody is: the access token, or the ID token
    ///   where access tokens aren't for others to read
    /// @param authorizationUri where browsers are sent
    /// @param tokenUri where codes become tokens
    /// @param endSessionUri where browsers are sent to sign out
    /// @param revocationUri where refresh tokens are taken back (RFC 7009)
    public record SignIn(
            @DefaultValue("sso") String name,
            @Nullable String title,
            String clientId,
            @Nullable String clientSecret,
            @Nullable Path clientSecretFile,
            @DefaultValue({"openid", "profile"}) List<String> scopes,
            @DefaultValue("access_token") IdentityFrom identityFrom,
            @Nullable URI authorizationUri,
            @Nullable URI tokenUri,
            @Nullable URI endSessionUri,
            @Nullable URI revocationUri) {

        /// What people read.
        public String label() {
            return title == null || title.isBlank() ? name : title;
        }

        @Override
        public String toString() {
            return "SignIn[name=" + name + ", clientId=" + clientId + "]";
        }
    }

    /// Which token of a browser's session says who somebody is.
    public enum IdentityFrom {
        ACCESS_TOKEN,
        ID_TOKEN
    }

    /// @param idle a session that isn't used for so long has ended
    /// @param longest after that one signs in again, however busy
    /// @param perUser most at once of one user; the one that began first ends
    public record Sessions(
            @DefaultValue("30m") Duration idle,
            @DefaultValue("12h") Duration longest,
            @DefaultValue("20") int perUser) {}

    /// A role in a tenant for the members of each group that fits, with `$1`, `$2`… for what the
    /// parentheses of the pattern fit.
    ///
    /// @param group regular expression that the whole name of a group must fit
    public record GroupMapping(
            String group, String tenant, Role role, @DefaultValue("") String namespace) {}

    /// @param user the user who is one, or absent
    /// @param group the group whose members are, or absent
    public record Operator(@Nullable String user, @Nullable String group) {}

    /// @param basic whether they are also taken as passwords of basic authentication, with the
    ///   account's name
    /// @param defaultLifetime of tokens that ask for none
    /// @param longestLifetime that a token may ask for
    /// @param userSeenWithin how long a user's tokens are taken since his issuer last let him in
    public record ApiTokens(
            @DefaultValue("false") boolean basic,
            @DefaultValue("90d") Duration defaultLifetime,
            @DefaultValue("366d") Duration longestLifetime,
            @DefaultValue("30d") Duration userSeenWithin) {}

    /// @param user the user who gets it, or absent
    /// @param group the group whose members get it, or absent
    /// @param namespace on this namespace and below; empty for the whole tenant
    public record Binding(
            @DefaultValue("main") String tenant,
            @Nullable String user,
            @Nullable String group,
            Role role,
            @DefaultValue("") String namespace) {}

    /// @param callerPerSecond requests of one caller; twice as many in a burst
    /// @param tenantPerSecond requests to one tenant
    /// @param addressPerSecond requests without a valid token from one address
    /// @param webhookPerSecond webhooks called from one address
    /// @param body largest request body
    /// @param uri longest path and query, in characters
    /// @param headers most bytes in all headers together
    /// @param slowest longest that a request's header may take to come, and that a body may keep
    ///   the gateway waiting beside a second for each KiB of it
    /// @param tenantAtOnce most requests of one tenant at the same time, streams included
    /// @param addressConnections most connections from one address other than the machine's own; 0:
    ///   any number, as where all come through a proxy
    public record Limits(
            @DefaultValue("2000") int callerPerSecond,
            @DefaultValue("5000") int tenantPerSecond,
            @DefaultValue("200") int addressPerSecond,
            @DefaultValue("2000") int webhookPerSecond,
            @DefaultValue("512MB") DataSize body,
            @DefaultValue("8192") int uri,
            @DefaultValue("24KB") DataSize headers,
            @DefaultValue("10s") Duration slowest,
            @DefaultValue("1536") int tenantAtOnce,
            @DefaultValue("1024") int addressConnections) {}

    /// @param connectTimeout until a connection stands
    /// @param responseTimeout until the answer begins; a stream may then last
    /// @param idleTimeout how long a connection may be silent; streams send something before
    /// @param connections most at once to one service, streams included
    public record Upstream(
            @DefaultValue("2s") Duration connectTimeout,
            @DefaultValue("90s") Duration responseTimeout,
            @DefaultValue("2m") Duration idleTimeout,
            @DefaultValue("1024") int connections) {}
}
