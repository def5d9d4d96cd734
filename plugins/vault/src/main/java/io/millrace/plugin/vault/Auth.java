// SPDX-License-Identifier: Apache-2.0
package io.millrace.plugin.vault;

import io.millrace.plugin.TaskFailedException;
import io.millrace.plugin.Title;
import io.millrace.plugin.kit.HttpApi;
import io.millrace.plugin.kit.HttpApi.Call;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Who a task is to Vault: a token, or what gets one.
public record Auth(
        @Title("A token") @Nullable String token,
        @Title("AppRole: its id") @Nullable String roleId,
        @Title("AppRole: the secret id") @Nullable String secretId,
        @Title("User, with a password: userpass or, by `mount`, ldap") @Nullable String username,
        @Title("Password") @Nullable String password,
        @Title("A JWT, such as that of a service account, with `role`") @Nullable String jwt,
        @Title("Role for a JWT") @Nullable String role,
        @Title("Where the method is mounted: approle, userpass, ldap, jwt, kubernetes")
                @Nullable String mount) {
    static final Auth NONE = new Auth(null, null, null, null, null, null, null, null);

    /// A token that was got for the task.
    ///
    /// @param revocable not if it is a batch token: it ends by itself alone
    record Session(String token, boolean revocable) {
        @Override
        public String toString() {
            return "Session[revocable=" + revocable + "]";
        }
    }

    /// @throws TaskFailedException if Vault refuses, or nothing is given
    Session login(HttpApi api) throws TaskFailedException, InterruptedException {
        var body = new LinkedHashMap<String, Object>();
        String path;
        if (roleId != null) {
            path = mounted("approle") + "/login";
            body.put("role_id", roleId);
            if (secretId != null) {
                body.put("secret_id", secretId);
            }
        } else if (username != null && password != null) {
            path = mounted("userpass") + "/login/" + HttpApi.segment(username);
            body.put("password", password);
        } else if (jwt != null) {
            path = mounted("jwt") + "/login";
            body.put("jwt", jwt);
            if (role != null) {
                body.put("role", role);
            }
        } else {
            throw new TaskFailedException(
                    "Expected in `auth` a token, roleId, username and password, or a jwt");
        }
        var answer = api.send(Call.json("POST", path, body));
        if (answer.status() == 400 || answer.status() == 401 || answer.status() == 403) {
            throw new TaskFailedException(
                    "Vault refuses the credentials (%d)".formatted(answer.status()));
        }
        var granted = answer.orFail().object();
        var got = HttpApi.text(granted, "auth", "client_token");
        if (got == null) {
            throw new TaskFailedException("Expected a token from Vault");
        }
        return new Session(got, !"batch".equals(HttpApi.text(granted, "auth", "token_type")));
    }

    private String mounted(String otherwise) {
        return "/auth/" + (mount == null ? otherwise : Vault.path(mount));
    }

    /// Doesn't tell secrets.
    @Override
    public String toString() {
        return "Auth" + Map.of("mount", String.valueOf(mount));
    }
}
