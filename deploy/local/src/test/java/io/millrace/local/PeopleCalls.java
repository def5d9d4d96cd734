// SPDX-License-Identifier: Apache-2.0
package io.millrace.local;

import io.kestra.sdk.model.ApiAutocomplete;
import io.kestra.sdk.model.ApiIds;
import io.kestra.sdk.model.ApiPatchSuperAdminRequest;
import io.kestra.sdk.model.BindingType;
import io.kestra.sdk.model.CreateApiTokenRequest;
import io.kestra.sdk.model.GroupIdentifierMembership;
import io.kestra.sdk.model.IAMBindingControllerApiCreateBindingRequest;
import io.kestra.sdk.model.IAMGroupControllerApiCreateGroupRequest;
import io.kestra.sdk.model.IAMGroupControllerApiUpdateGroupRequest;
import io.kestra.sdk.model.IAMInvitationControllerApiInvitationCreateRequest;
import io.kestra.sdk.model.IAMInvitationControllerApiInvitationRole;
import io.kestra.sdk.model.IAMRoleControllerApiRoleCreateOrUpdateRequest;
import io.kestra.sdk.model.IAMRoleControllerApiRoleCreateOrUpdateRequestPermissions;
import io.kestra.sdk.model.IAMServiceAccountControllerApiCreateServiceAccountRequest;
import io.kestra.sdk.model.IAMServiceAccountControllerApiPatchServiceAccountRequest;
import io.kestra.sdk.model.IAMServiceAccountControllerApiServiceAccountRequest;
import io.kestra.sdk.model.IAMTenantAccessControllerApiCreateTenantAccessRequest;
import io.kestra.sdk.model.IAMTenantAccessControllerUserApiAutocomplete;
import io.kestra.sdk.model.IAMUserControllerApiCreateOrUpdateUserRequest;
import io.kestra.sdk.model.IAMUserControllerApiPatchRestrictedRequest;
import io.kestra.sdk.model.IAMUserControllerApiPatchUserPasswordRequest;
import io.kestra.sdk.model.IAMUserGroupControllerApiUpdateUserGroupsRequest;
import io.kestra.sdk.model.InvitationInvitationStatus;
import io.kestra.sdk.model.MeControllerApiUpdatePasswordRequest;
import io.kestra.sdk.model.MeControllerApiUserDetailsRequest;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// The operations on people, groups, roles, service accounts and tokens.
@SuppressWarnings("NullAway") // the client's models say of everything that it may be absent
final class PeopleCalls extends ClientCalls {
    PeopleCalls(Setting setting) {
        super(setting);
    }

    @Override
    void callAll() throws Exception {
        people();
        accounts();
        newcomers();
    }

    private void people() throws IOException, InterruptedException {
        var users = client.users();
        var list = table.works("Users.listUsers", () -> users.listUsers(1, 10, null, null));
        var user = Objects.requireNonNull(list).getResults().getFirst().getId();
        ids.put(user.replace(".", "\\."), "userId");
        table.works("Users.user", () -> users.user(user));
        table.works(
                "Users.autocompleteUsers",
                () ->
                        users.autocompleteUsers(
                                TENANT, new IAMTenantAccessControllerUserApiAutocomplete().q("a")));
        table.works(
                "TenantAccess.listTenantAccess",
                () -> client.tenantAccess().listTenantAccess(TENANT, 1, 10));
        table.does(
                "Users.patchUserDemo",
                () ->
                        users.patchUserDemo(
                                user,
                                new IAMUserControllerApiPatchRestrictedRequest()
                                        .restricted(false)));
        table.does(
                "Users.patchUserSuperAdmin",
                () ->
                        users.patchUserSuperAdmin(
                                user, new ApiPatchSuperAdminRequest().superAdmin(true)));
        tokens();
        groups(user);
        roles(user);
        leaving();
    }

    /// People who haven't come yet, and how they will sign in.
    private void newcomers() {
        var users = client.users();
        var request =
                new IAMUserControllerApiCreateOrUpdateUserRequest()
                        .email("erin@example.com")
                        .firstName("Erin")
                        .lastName("Moss")
                        .tenants(List.of(TENANT));
        var made = table.works("Users.createUser", () -> users.createUser(request));
        var id = Objects.requireNonNull(made).getId();
        ids.put(id, "id");
        var updated =
                table.works(
                        "Users.updateUser",
                        () -> users.updateUser(id, request.lastName("Marsh").restricted(true)));
        table.expect(
                "Users.updateUser",
                updated != null
                        && "Erin Marsh".equals(updated.getDisplayName())
                        && Boolean.TRUE.equals(updated.getRestricted()),
                "" + updated);
        var patched =
                table.works(
                        "Users.patchUser",
                        () ->
                                users.patchUser(
                                        id,
                                        new MeControllerApiUserDetailsRequest()
                                                .email("e.marsh@example.com")));
        table.expect(
                "Users.patchUser",
                patched != null && "e.marsh@example.com".equals(patched.getEmail()),
                "" + patched);
        var noPasswords = "nobody has a password here, his issuer lets him in";
        table.answers(
                "Users.patchUserPassword",
                422,
                noPasswords,
                () ->
                        users.patchUserPassword(
                                id,
                                new IAMUserControllerApiPatchUserPasswordRequest().password("x")));
        table.answers(
                "Users.updateCurrentUserPassword",
                404,
                noPasswords,
                () ->
                        users.updateCurrentUserPassword(
                                new MeControllerApiUpdatePasswordRequest()
                                        .oldPassword("x")
                                        .newPassword("y")));
        table.answers(
                "Users.impersonate",
                403,
                "nobody acts in another's name",
                () -> users.impersonate(id));
        table.beside(() -> {
            users.deleteUser(id);
            return true;
        });
        invitations();
    }

    private void invitations() {
        var invitations = client.invitations();
        table.does(
                "Invitations.createInvitation",
                () ->
                        invitations.createInvitation(
                                TENANT,
                                new IAMInvitationControllerApiInvitationCreateRequest()
                                        .email("frank@example.com")
                                        .addRolesItem(
                                                new IAMInvitationControllerApiInvitationRole()
                                                        .id("viewer")
                                                        .namespaces(List.of(NAMESPACE)))));
        var found =
                table.works(
                        "Invitations.listInvitationsByEmail",
                        () -> invitations.listInvitationsByEmail(TENANT, "frank@example.com"));
        ids.put("frank(?:@|%40)example.com", "email");
        var invited = Objects.requireNonNull(found).getFirst();
        table.expect(
                "Invitations.listInvitationsByEmail",
                invited.getStatus() == InvitationInvitationStatus.PENDING
                        && invited.getExpiredAt().isAfter(invited.getSentAt())
                        && "viewer".equals(invited.getRoles().getFirst().getId()),
                invited);
        ids.put(invited.getId(), "id");
        table.does(
                "TenantAccess.createTenantAccess",
                () ->
                        client.tenantAccess()
                                .createTenantAccess(
                                        TENANT,
                                        new IAMTenantAccessControllerApiCreateTenantAccessRequest()
                                                .email("grace@example.com")));
        var all =
                table.works(
                        "Invitations.searchInvitations",
                        () -> invitations.searchInvitations(TENANT, 1, 10, null, null));
        table.expect(
                "Invitations.searchInvitations",
                all != null && all.getTotal() >= 2 && all.getResults().size() >= 2,
                "" + all);
        table.does(
                "Invitations.deleteInvitation",
                () -> invitations.deleteInvitation(invited.getId(), TENANT));
    }

    /// Tokens that act as the client's own user: nobody makes those of others.
    private void tokens() {
        var users = client.users();
        var self =
                Objects.requireNonNull(
                                table.beside(() ->
                                        users.autocompleteUsers(
                                                TENANT,
                                                new IAMTenantAccessControllerUserApiAutocomplete()
                                                        .q("alice"))))
                        .getFirst()
                        .getId();
        ids.put(self.replace(".", "\\."), "id");
        var token =
                table.works(
                        "Users.createApiTokensForUser",
                        () ->
                                users.createApiTokensForUser(
                                        self, new CreateApiTokenRequest().name("t").maxAge("P1D")));
        table.works("Users.listApiTokensForUser", () -> users.listApiTokensForUser(self));
        table.does(
                "Users.deleteApiTokenForUser",
                () -> users.deleteApiTokenForUser(self, Objects.requireNonNull(token).getId()));
    }

    /// Somebody who isn't the client's own user, which is needed afterwards.
    private void leaving() throws IOException, InterruptedException {
        var users = client.users();
        var bob = PublishedClientIT.clientOf("bob");
        table.beside(() -> bob.flows().searchFlows(TENANT, 1, 1, null, null));
        var id =
                Objects.requireNonNull(
                                table.beside(() ->
                                        users.autocompleteUsers(
                                                TENANT,
                                                new IAMTenantAccessControllerUserApiAutocomplete()
                                                        .q("bob"))))
                        .getFirst()
                        .getId();
        ids.put(id, "id");
        table.does("Users.deleteRefreshToken", () -> users.deleteRefreshToken(id));
        table.does(
                "TenantAccess.deleteTenantAccess",
                () -> client.tenantAccess().deleteTenantAccess(id, TENANT));
        var unlinked =
                table.works(
                        "Users.deleteUserAuthMethod", () -> users.deleteUserAuthMethod(id, "oidc"));
        table.expect(
                "Users.deleteUserAuthMethod",
                unlinked != null && unlinked.getAuths().isEmpty(),
                "" + unlinked);
        table.does("Users.deleteUser", () -> users.deleteUser(id));
    }

    private void groups(String user) {
        var groups = client.groups();
        var made =
                table.works(
                        "Groups.createGroup",
                        () ->
                                groups.createGroup(
                                        TENANT,
                                        new IAMGroupControllerApiCreateGroupRequest()
                                                .name("Clients")
                                                .description("of the test")));
        var id = Objects.requireNonNull(made).getId();
        ids.put(id, "id");
        table.works("Groups.group", () -> groups.group(id, TENANT));
        table.works(
                "Groups.updateGroup",
                () ->
                        groups.updateGroup(
                                id,
                                TENANT,
                                new IAMGroupControllerApiUpdateGroupRequest()
                                        .name("Clients")
                                        .description("changed")));
        table.works("Groups.addUserToGroup", () -> groups.addUserToGroup(id, user, TENANT));
        table.works(
                "Groups.setUserMembershipForGroup",
                () ->
                        groups.setUserMembershipForGroup(
                                id, user, GroupIdentifierMembership.OWNER, TENANT));
        var members =
                table.works(
                        "Groups.searchGroupMembers",
                        () -> groups.searchGroupMembers(id, TENANT, 1, 10, null, null));
        table.expect(
                "Groups.searchGroupMembers",
                members != null && members.getTotal() == 1,
                "" + members);
        table.works(
                "Groups.deleteUserFromGroup", () -> groups.deleteUserFromGroup(id, user, TENANT));
        table.does(
                "Users.updateUserGroups",
                () ->
                        client.users()
                                .updateUserGroups(
                                        user,
                                        TENANT,
                                        new IAMUserGroupControllerApiUpdateUserGroupsRequest()
                                                .groupIds(List.of(id))));
        table.works(
                "Groups.searchGroups",
                () -> groups.searchGroups(TENANT, 1, 10, "Clients", null, null));
        table.works(
                "Groups.autocompleteGroups",
                () -> groups.autocompleteGroups(TENANT, new ApiAutocomplete().q("Cli"), null));
        table.works(
                "Groups.listGroupIds",
                () -> groups.listGroupIds(TENANT, new ApiIds().ids(List.of(id))));
        table.does("Groups.deleteGroup", () -> groups.deleteGroup(id, TENANT));
    }

    private void roles(String user) {
        var roles = client.roles();
        var request =
                new IAMRoleControllerApiRoleCreateOrUpdateRequest()
                        .name("Clients")
                        .permissions(
                                new IAMRoleControllerApiRoleCreateOrUpdateRequestPermissions()
                                        .addFLOWItem("READ"));
        var made = table.works("Roles.createRole", () -> roles.createRole(TENANT, request));
        var id = Objects.requireNonNull(made).getId();
        ids.put(id, "id");
        table.works("Roles.role", () -> roles.role(id, TENANT));
        table.works(
                "Roles.updateRole",
                () -> roles.updateRole(id, TENANT, request.description("changed")));
        table.works("Roles.searchRoles", () -> roles.searchRoles(TENANT, 1, 10, null, null, null));
        table.works(
                "Roles.autocompleteRoles",
                () -> roles.autocompleteRoles(TENANT, new ApiAutocomplete().q("Cli")));
        table.works(
                "Roles.listRolesFromGivenIds",
                () -> roles.listRolesFromGivenIds(TENANT, new ApiIds().ids(List.of(id))));
        var bindings = client.bindings();
        var bound =
                table.works(
                        "Bindings.createBinding",
                        () ->
                                bindings.createBinding(
                                        TENANT,
                                        new IAMBindingControllerApiCreateBindingRequest()
                                                .type(BindingType.USER)
                                                .externalId(user)
                                                .roleId(id)
                                                .namespaceId(NAMESPACE)));
        table.works(
                "Bindings.searchBindings",
                () -> bindings.searchBindings(TENANT, 1, 10, null, null));
        table.does(
                "Bindings.deleteBinding",
                () -> bindings.deleteBinding(Objects.requireNonNull(bound).getId(), TENANT));
        table.does("Roles.deleteRole", () -> roles.deleteRole(id, TENANT));
    }

    private static @Nullable String id(@Nullable Object token) {
        return token instanceof Map<?, ?> map ? String.valueOf(map.get("id")) : null;
    }

    private void accounts() {
        var accounts = client.serviceAccount();
        var made =
                table.works(
                        "ServiceAccount.createServiceAccount",
                        () ->
                                accounts.createServiceAccount(
                                        new IAMServiceAccountControllerApiCreateServiceAccountRequest()
                                                .name("client-test")
                                                .superAdmin(false)));
        var id = Objects.requireNonNull(made).getId();
        ids.put(id, "id");
        table.works("ServiceAccount.serviceAccount", () -> accounts.serviceAccount(id));
        table.works(
                "ServiceAccount.patchServiceAccountDetails",
                () ->
                        accounts.patchServiceAccountDetails(
                                id,
                                new IAMServiceAccountControllerApiPatchServiceAccountRequest()
                                        .name("client-test")
                                        .description("changed")));
        table.does(
                "ServiceAccount.patchServiceAccountSuperAdmin",
                () ->
                        accounts.patchServiceAccountSuperAdmin(
                                id, new ApiPatchSuperAdminRequest().superAdmin(true)));
        table.works(
                "ServiceAccount.listServiceAccounts",
                () -> accounts.listServiceAccounts(1, 10, null, null));
        var token =
                table.works(
                        "ServiceAccount.createApiTokensForServiceAccount",
                        () ->
                                accounts.createApiTokensForServiceAccount(
                                        id, new CreateApiTokenRequest().name("t").maxAge("P1D")));
        table.works(
                "ServiceAccount.listApiTokensForServiceAccount",
                () -> accounts.listApiTokensForServiceAccount(id));
        table.does(
                "ServiceAccount.deleteApiTokenForServiceAccount",
                () -> accounts.deleteApiTokenForServiceAccount(id, id(token)));
        table.does("ServiceAccount.deleteServiceAccount", () -> accounts.deleteServiceAccount(id));
        ofTenant();
    }

    private void ofTenant() {
        var accounts = client.serviceAccount();
        var request =
                new IAMServiceAccountControllerApiServiceAccountRequest()
                        .name("client-test-main")
                        .groups(List.of());
        var made =
                table.works(
                        "ServiceAccount.createServiceAccountForTenant",
                        () -> accounts.createServiceAccountForTenant(TENANT, request));
        var id = Objects.requireNonNull(made).getId();
        ids.put(id, "id");
        table.works(
                "ServiceAccount.serviceAccountForTenant",
                () -> accounts.serviceAccountForTenant(id, TENANT));
        table.works(
                "ServiceAccount.updateServiceAccount",
                () -> accounts.updateServiceAccount(id, TENANT, request.description("changed")));
        var token =
                table.works(
                        "ServiceAccount.createApiTokensForServiceAccountWithTenant",
                        () ->
                                accounts.createApiTokensForServiceAccountWithTenant(
                                        id, TENANT, new CreateApiTokenRequest().name("t")));
        table.works(
                "ServiceAccount.listApiTokensForServiceAccountWithTenant",
                () -> accounts.listApiTokensForServiceAccountWithTenant(id, TENANT));
        table.does(
                "ServiceAccount.deleteApiTokenForServiceAccountWithTenant",
                () -> accounts.deleteApiTokenForServiceAccountWithTenant(id, id(token), TENANT));
        table.does(
                "ServiceAccount.deleteServiceAccountForTenant",
                () -> accounts.deleteServiceAccountForTenant(id, TENANT));
    }
}
