// SPDX-License-Identifier: Apache-2.0
package io.millrace.test;

import io.millrace.test.StandIn.Answer;
import io.millrace.test.StandIn.Asked;
import java.net.URLDecoder;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PublicKey;
import java.security.SecureRandom;
import java.security.Signature;
import java.security.spec.X509EncodedKeySpec;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.UUID;
import java.util.regex.Pattern;
import javax.crypto.Cipher;
import javax.crypto.SecretKey;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.json.JsonMapper;

/// Answers as Vault does to what tests ask of it: status, shape and words as of Vault 1.13, where
/// tests look at them. Encrypts in earnest; its certificates are a text, its database users are
/// none.
@SuppressWarnings("unchecked") // JSON
final class StandInVault implements VaultServer.Behind {
    private static final JsonMapper JSON = JsonMapper.shared();
    private static final long LONGEST = 2_764_800;

    private final Map<String, Map<String, @Nullable Object>> mounts = new TreeMap<>();
    private final Map<String, String> methods = new TreeMap<>();
    private final Map<String, List<Rule>> policies = new TreeMap<>();
    private final Map<String, Token> tokens = new TreeMap<>();

    /// What was written where, for engines that need no more.
    private final Map<String, Map<String, @Nullable Object>> written = new TreeMap<>();

    private final Map<String, Versions> secrets = new TreeMap<>();
    private final Map<String, List<SecretKey>> keys = new TreeMap<>();
    private final TreeSet<String> leases = new TreeSet<>();
    private final boolean old;
    private boolean sealed;

    private record Rule(Pattern path, List<String> capabilities) {}

    private record Token(String accessor, List<String> policies, long seconds, boolean batch) {}

    /// @param path after the mount
    private record Call(
            String kind,
            String path,
            Map<String, @Nullable Object> body,
            Map<String, String> query) {
        String text(String field) {
            return String.valueOf(body.getOrDefault(field, ""));
        }
    }

    private static final class Versions {
        private final List<@Nullable Object> data = new ArrayList<>();
        private final TreeSet<Integer> deleted = new TreeSet<>();
    }

    private static final class Refused extends Exception {
        private static final long serialVersionUID = 1;
        private final int status;

        Refused(int status, String... errors) {
            this(status, Map.of("errors", errors));
        }

        Refused(int status, Map<String, ?> body) {
            super(JSON.writeValueAsString(body));
            this.status = status;
        }
    }

    /// @param old whether it is one that knows no associated data
    StandInVault(boolean old) {
        this.old = old;
        tokens.put(VaultServer.ROOT, new Token("accessor-root", List.of("root"), 0, false));
        mounts.put("secret", Map.of("type", "kv", "options", Map.of("version", "2")));
        methods.put("token", "token");
        policies.put(
                "default",
                rules(
                        """
                        path "auth/token/lookup-self" { capabilities = ["read"] }
                        path "auth/token/renew-self" { capabilities = ["update"] }
                        path "auth/token/revoke-self" { capabilities = ["update"] }
                        path "sys/leases/renew" { capabilities = ["update"] }
                        """));
    }

    @Override
    public String unsealKey() {
        return "key";
    }

    @Override
    public void close() {}

    @Override
    public synchronized Answer answer(Asked asked) {
        var parts = asked.path().replaceFirst("^/v1/", "").split("\\?", 2);
        var path = URLDecoder.decode(parts[0].replace("+", "%2B"), StandardCharsets.UTF_8);
        var query = new LinkedHashMap<String, String>();
        if (parts.length > 1) {
            for (var pair : parts[1].split("&")) {
                query.put(pair.replaceFirst("=.*", ""), pair.replaceFirst("[^=]*=?", ""));
            }
        }
        var kind =
                switch (asked.method()) {
                    case "GET" -> "true".equals(query.get("list")) ? "list" : "read";
                    case "LIST" -> "list";
                    case "DELETE" -> "delete";
                    default -> "update";
                };
        try {
            var call = new Call(kind, path, object(asked.body()), query);
            var answer = answer(call, asked.header("x-vault-token"));
            return answer == null
                    ? Answer.status(204)
                    : Answer.json(JSON.writeValueAsString(answer));
        } catch (Refused e) {
            return new Answer(e.status, Map.of(), String.valueOf(e.getMessage()));
        } catch (GeneralSecurityException | IllegalArgumentException e) {
            return new Answer(
                    400,
                    Map.of(),
                    JSON.writeValueAsString(
                            Map.of("errors", List.of(String.valueOf(e.getMessage())))));
        }
    }

    static Map<String, @Nullable Object> object(String json) {
        return json.isBlank() ? new LinkedHashMap<>() : JSON.readValue(json, Map.class);
    }

    private static Map<String, @Nullable Object> data(Map<String, ?> data) {
        var answer = new LinkedHashMap<String, @Nullable Object>();
        answer.put("data", data);
        return answer;
    }

    // --- who may what ----------------------------------------------------------------------------

    private @Nullable Map<String, @Nullable Object> answer(Call call, String token)
            throws Refused, GeneralSecurityException {
        if (call.path().equals("sys/unseal")) {
            sealed = !call.text("key").equals(unsealKey());
            return data(Map.of());
        }
        if (sealed) {
            throw new Refused(503, "Vault is sealed");
        }
        if (call.path().equals("sys/health")) {
            return new LinkedHashMap<>(Map.of("initialized", true, "sealed", false));
        }
        if (call.path().matches("auth/.+/login(/[^/]+)?")) {
            return logIn(call);
        }
        var who = tokens.get(token);
        if (who == null) {
            throw new Refused(403, "permission denied");
        }
        if (!who.policies().contains("root")
                && who.policies().stream()
                        .flatMap(p -> policies.getOrDefault(p, List.of()).stream())
                        .noneMatch(r ->
                                r.path().matcher(call.path()).matches()
                                        && r.capabilities().contains(call.kind()))) {
            throw new Refused(403, "1 error occurred:\n\t* permission denied\n\n");
        }
        if (call.path().startsWith("sys/")) {
            return system(call);
        }
        if (call.path().startsWith("auth/token/")) {
            return tokens(call, token, who);
        }
        if (call.path().startsWith("auth/")) {
            return method(call);
        }
        for (var mount : mounts.keySet()) {
            if (call.path().startsWith(mount + "/")) {
                return engine(call, mount);
            }
        }
        throw new Refused(
                404, "no handler for route \"%s\". route entry not found.".formatted(call.path()));
    }

    /// Of a policy in HCL: each `path "…" { capabilities = […] }`.
    private static List<Rule> rules(String hcl) {
        var rules = new ArrayList<Rule>();
        var found =
                Pattern.compile("path \"([^\"]+)\"\\s*\\{\\s*capabilities = \\[([^]]*)]\\s*}")
                        .matcher(hcl);
        while (found.find()) {
            var path =
                    Pattern.quote(found.group(1))
                            .replaceAll("\\*\\\\E$", "\\\\E.*")
                            .replace("+", "\\E[^/]+\\Q");
            rules.add(
                    new Rule(
                            Pattern.compile(path),
                            List.of(
                                    found.group(2)
                                            .replace("create", "update")
                                            .replaceAll("[\" ]", "")
                                            .split(","))));
        }
        return rules;
    }

    private @Nullable Map<String, @Nullable Object> system(Call call) throws Refused {
        var parts = call.path().split("/", 3);
        switch (parts[1]) {
            case "seal" -> sealed = true;
            case "mounts" -> mounts.put(parts[2], call.body());
            case "auth" -> methods.put(parts[2], call.text("type"));
            case "policies" ->
                    policies.put(parts[2].replace("acl/", ""), rules(call.text("policy")));
            case "leases" -> {
                return lease(call, parts[2]);
            }
            default -> throw new Refused(404);
        }
        return null;
    }

    private @Nullable Map<String, @Nullable Object> lease(Call call, String what) throws Refused {
        if (what.startsWith("revoke-prefix/")) {
            leases.removeIf(l -> l.startsWith(what.substring("revoke-prefix/".length())));
            return null;
        }
        var id = call.text("lease_id");
        if (what.equals("revoke")) {
            leases.remove(id);
            return null;
        }
        if (!leases.contains(id)) {
            throw new Refused(400, "lease not found");
        }
        return new LinkedHashMap<>(
                Map.of(
                        "lease_id",
                        id,
                        "lease_duration",
                        call.body().getOrDefault("increment", 3600),
                        "renewable",
                        true));
    }

    private @Nullable Map<String, @Nullable Object> tokens(Call call, String token, Token who)
            throws Refused {
        switch (call.path().substring("auth/token/".length())) {
            case "create" -> {
                return granted(call.body(), "token_");
            }
            case "accessors", "accessors/" -> {
                return data(
                        Map.of(
                                "keys",
                                tokens.values().stream()
                                        .filter(t -> !t.batch())
                                        .map(Token::accessor)
                                        .toList()));
            }
            case "lookup-self" -> {
                return data(Map.of("accessor", who.accessor(), "policies", who.policies()));
            }
            case "revoke-accessor" ->
                    tokens.values().removeIf(t -> t.accessor().equals(call.text("accessor")));
            case "revoke-self" -> {
                if (who.batch()) {
                    throw new Refused(400, "batch tokens cannot be revoked");
                }
                tokens.remove(token);
            }
            case "renew-self" -> {
                return auth(token, who);
            }
            default -> throw new Refused(404);
        }
        return null;
    }

    private static Map<String, @Nullable Object> auth(String token, Token who) {
        return new LinkedHashMap<>(
                Map.of(
                        "auth",
                        Map.of(
                                "client_token",
                                token,
                                "accessor",
                                who.accessor(),
                                "lease_duration",
                                who.seconds(),
                                "renewable",
                                !who.batch(),
                                "token_type",
                                who.batch() ? "batch" : "service")));
    }

    /// @param role with `token_policies`, `token_ttl` and `token_type`
    private Map<String, @Nullable Object> granted(
            Map<String, @Nullable Object> role, String prefix) {
        var all = new ArrayList<>(List.of("default"));
        if (role.getOrDefault(prefix + "policies", role.get("policies")) instanceof List<?> own) {
            own.forEach(p -> all.add(String.valueOf(p)));
        }
        boolean batch = "batch".equals(role.getOrDefault(prefix + "type", role.get("type")));
        var ttl = String.valueOf(role.getOrDefault(prefix + "ttl", LONGEST + "s"));
        var who =
                new Token(
                        batch ? "" : UUID.randomUUID().toString(),
                        all,
                        Long.parseLong(ttl.replace("s", "")),
                        batch);
        var token = (batch ? "hvb." : "hvs.") + UUID.randomUUID();
        tokens.put(token, who);
        return auth(token, who);
    }

    // --- ways to sign in -------------------------------------------------------------------------

    private @Nullable Map<String, @Nullable Object> method(Call call) throws Refused {
        if (!methods.containsKey(call.path().split("/")[1])) {
            throw new Refused(404, "no handler for route \"%s\".".formatted(call.path()));
        }
        if (call.path().endsWith("/role-id") && call.kind().equals("read")) {
            return data(written.getOrDefault(call.path(), Map.of()));
        }
        if (call.path().endsWith("/secret-id")) {
            var secret = UUID.randomUUID().toString();
            written.put(call.path() + "/" + secret, Map.of());
            return data(Map.of("secret_id", secret));
        }
        written.put(call.path(), call.body());
        if (call.path().matches("auth/[^/]+/role/[^/]+")) {
            written.putIfAbsent(
                    call.path() + "/role-id", Map.of("role_id", UUID.randomUUID().toString()));
        }
        return null;
    }

    private Map<String, @Nullable Object> logIn(Call call)
            throws Refused, GeneralSecurityException {
        var at = call.path().split("/login")[0];
        return switch (methods.getOrDefault(at.substring("auth/".length()), "none")) {
            case "approle" -> {
                var role =
                        written.keySet().stream()
                                .filter(k -> k.startsWith(at + "/role/") && k.endsWith("/role-id"))
                                .filter(k ->
                                        call.text("role_id")
                                                .equals(written(k).getOrDefault("role_id", "")))
                                .map(k -> k.substring(0, k.length() - "/role-id".length()))
                                .findFirst()
                                .orElseThrow(() -> new Refused(400, "invalid role or secret ID"));
                if (!written.containsKey(role + "/secret-id/" + call.text("secret_id"))) {
                    throw new Refused(400, "invalid role or secret ID");
                }
                yield granted(written(role), "token_");
            }
            case "userpass" -> {
                var user = call.path().substring(call.path().lastIndexOf('/') + 1);
                var known = written(at + "/users/" + user);
                if (!call.text("password").equals(known.get("password"))) {
                    throw new Refused(400, "invalid username or password");
                }
                yield granted(known, "token_");
            }
            case "jwt" -> {
                var role = written.get(at + "/role/" + call.text("role"));
                if (role == null) {
                    throw new Refused(
                            400, "role \"%s\" could not be found".formatted(call.text("role")));
                }
                var key = (List<String>) written(at + "/config").get("jwt_validation_pubkeys");
                verify(call.text("jwt"), key == null ? "" : key.getFirst());
                yield granted(role, "token_");
            }
            default -> throw new Refused(403, "permission denied");
        };
    }

    private Map<String, @Nullable Object> written(String path) {
        return written.getOrDefault(path, Map.of());
    }

    private static void verify(String jwt, String pem) throws Refused, GeneralSecurityException {
        var parts = jwt.split("\\.");
        var decoder = Base64.getUrlDecoder();
        PublicKey key =
                KeyFactory.getInstance("RSA")
                        .generatePublic(
                                new X509EncodedKeySpec(
                                        Base64.getMimeDecoder()
                                                .decode(pem.replaceAll("-----[^-]+-----", ""))));
        var check = Signature.getInstance("SHA256withRSA");
        check.initVerify(key);
        check.update((parts[0] + "." + parts[1]).getBytes(StandardCharsets.UTF_8));
        if (!check.verify(decoder.decode(parts[2]))) {
            throw new Refused(400, "error validating token: no known key successfully validated");
        }
    }

    // --- engines ---------------------------------------------------------------------------------

    private @Nullable Map<String, @Nullable Object> engine(Call call, String name)
            throws Refused, GeneralSecurityException {
        var inside =
                new Call(
                        call.kind(),
                        call.path().substring(name.length() + 1),
                        call.body(),
                        call.query());
        var mount = mounts.getOrDefault(name, Map.of());
        return switch (String.valueOf(mount.get("type"))) {
            case "kv" ->
                    String.valueOf(mount.get("options")).contains("2")
                            ? versioned(inside, name)
                            : plain(inside, name);
            case "transit" -> transit(inside, name);
            case "pki" -> pki(inside, name);
            case "database" -> database(inside, name);
            default -> throw new Refused(404);
        };
    }

    private @Nullable Map<String, @Nullable Object> plain(Call call, String mount) throws Refused {
        var path = mount + "/" + call.path();
        switch (call.kind()) {
            case "list" -> {
                return list(written.keySet(), path);
            }
            case "read" -> {
                if (!written.containsKey(path)) {
                    throw new Refused(404);
                }
                return data(written(path));
            }
            case "delete" -> written.remove(path);
            default -> written.put(path, call.body());
        }
        return null;
    }

    private static Map<String, @Nullable Object> list(Iterable<String> all, String folder)
            throws Refused {
        var below = folder.endsWith("/") ? folder : folder + "/";
        var names = new TreeSet<String>();
        for (var path : all) {
            if (path.startsWith(below)) {
                names.add(path.substring(below.length()).replaceFirst("/.*", "/"));
            }
        }
        if (names.isEmpty()) {
            throw new Refused(404);
        }
        return data(Map.of("keys", names));
    }

    private @Nullable Map<String, @Nullable Object> versioned(Call call, String mount)
            throws Refused {
        var parts = call.path().split("/", 2);
        var path = mount + "/" + (parts.length > 1 ? parts[1] : "");
        var known = secrets.get(path);
        switch (parts[0] + " " + call.kind()) {
            case "config read" -> {
                return data(Map.of());
            }
            case "metadata list" -> {
                return list(secrets.keySet(), path);
            }
            case "metadata delete" -> secrets.remove(path);
            case "data read" -> {
                if (known == null) {
                    throw new Refused(404);
                }
                int version =
                        Integer.parseInt(
                                call.query()
                                        .getOrDefault(
                                                "version", String.valueOf(known.data.size())));
                if (version > known.data.size()) {
                    throw new Refused(404);
                }
                return version(known, version);
            }
            case "data update" -> {
                int current = known == null ? 0 : known.data.size();
                if (call.body().get("options") instanceof Map<?, ?> options
                        && options.get("cas") instanceof Number cas
                        && cas.intValue() != current) {
                    throw new Refused(
                            400, "check-and-set parameter did not match the current version");
                }
                if (!(call.body().get("data") instanceof Map<?, ?>)) {
                    throw new Refused(400, "no data provided");
                }
                secrets.computeIfAbsent(path, _ -> new Versions())
                        .data
                        .add(call.body().get("data"));
                return data(Map.of("version", current + 1));
            }
            case "data delete" -> {
                if (known != null) {
                    known.deleted.add(known.data.size());
                }
            }
            case "delete update", "destroy update" -> {
                if (known != null && call.body().get("versions") instanceof List<?> all) {
                    all.forEach(v -> known.deleted.add(((Number) v).intValue()));
                }
            }
            default -> throw new Refused(404);
        }
        return null;
    }

    /// One that was deleted is a 404 that says which it was.
    private static Map<String, @Nullable Object> version(Versions known, int version)
            throws Refused {
        var data = new LinkedHashMap<String, @Nullable Object>();
        boolean gone = known.deleted.contains(version);
        data.put("data", gone ? null : known.data.get(version - 1));
        data.put("metadata", Map.of("version", version));
        if (gone) {
            throw new Refused(404, data(data));
        }
        return data(data);
    }

    private @Nullable Map<String, @Nullable Object> transit(Call call, String mount)
            throws Refused, GeneralSecurityException {
        var parts = call.path().split("/");
        var name = mount + "/" + parts[1];
        var key = keys.get(name);
        if (parts[0].equals("keys") && call.kind().equals("update")) {
            if (parts.length == 2 || parts[2].equals("rotate")) {
                var bytes = new byte[32];
                new SecureRandom().nextBytes(bytes);
                keys.computeIfAbsent(name, _ -> new ArrayList<>())
                        .add(new SecretKeySpec(bytes, "AES"));
            } else {
                written.put(name, call.body());
            }
            return null;
        }
        if (key == null) {
            throw parts[0].equals("keys")
                    ? new Refused(404)
                    : new Refused(400, "encryption key not found");
        }
        return switch (parts[0]) {
            case "keys" -> data(Map.of("type", "aes256-gcm96", "latest_version", key.size()));
            case "encrypt" -> data(Map.of("ciphertext", encrypted(call, key)));
            case "decrypt" -> data(Map.of("plaintext", decrypted(call, name, key)));
            default -> throw new Refused(404);
        };
    }

    private String encrypted(Call call, List<SecretKey> key) throws GeneralSecurityException {
        int version =
                call.body().get("key_version") instanceof Number n ? n.intValue() : key.size();
        var iv = new byte[12];
        new SecureRandom().nextBytes(iv);
        var cipher = Cipher.getInstance("AES/GCM/NoPadding");
        cipher.init(Cipher.ENCRYPT_MODE, key.get(version - 1), new GCMParameterSpec(128, iv));
        cipher.updateAAD(boundTo(call));
        var sealed = cipher.doFinal(Base64.getDecoder().decode(call.text("plaintext")));
        var all = ByteBuffer.allocate(12 + sealed.length).put(iv).put(sealed).array();
        return "vault:v%d:%s".formatted(version, Base64.getEncoder().encodeToString(all));
    }

    private byte[] boundTo(Call call) {
        return old ? new byte[0] : Base64.getDecoder().decode(call.text("associated_data"));
    }

    private String decrypted(Call call, String name, List<SecretKey> key)
            throws Refused, GeneralSecurityException {
        var parts = call.text("ciphertext").split(":", 3);
        if (parts.length != 3 || !parts[0].equals("vault")) {
            throw new Refused(400, "invalid ciphertext: no prefix");
        }
        int version = Integer.parseInt(parts[1].substring(1));
        if (written(name).get("min_decryption_version") instanceof Number n
                && version < n.intValue()) {
            throw new Refused(
                    400, "ciphertext or signature version is disallowed by policy (too old)");
        }
        var all = Base64.getDecoder().decode(parts[2]);
        var cipher = Cipher.getInstance("AES/GCM/NoPadding");
        cipher.init(
                Cipher.DECRYPT_MODE,
                key.get(version - 1),
                new GCMParameterSpec(128, Arrays.copyOf(all, 12)));
        cipher.updateAAD(boundTo(call));
        return Base64.getEncoder().encodeToString(cipher.doFinal(all, 12, all.length - 12));
    }

    private @Nullable Map<String, @Nullable Object> pki(Call call, String mount) throws Refused {
        if (call.path().equals("revoke")) {
            return data(Map.of("revocation_time", Instant.now().getEpochSecond()));
        }
        if (!call.path().matches("(issue|sign)/.*")) {
            written.put(mount + "/" + call.path(), call.body());
            return data(Map.of());
        }
        if (!written.containsKey(mount + "/roles/" + call.path().replaceFirst(".*/", ""))) {
            throw new Refused(400, "unknown role: " + call.path().replaceFirst(".*/", ""));
        }
        var made = new LinkedHashMap<String, @Nullable Object>();
        made.put("certificate", "-----BEGIN CERTIFICATE-----\nleaf\n-----END CERTIFICATE-----");
        made.put("issuing_ca", "-----BEGIN CERTIFICATE-----\nca\n-----END CERTIFICATE-----");
        made.put("serial_number", "39:dd:2e:90");
        var ttl = call.text("ttl").isEmpty() ? "3600" : call.text("ttl").replace("s", "");
        made.put("expiration", Instant.now().getEpochSecond() + Long.parseLong(ttl));
        if (call.path().startsWith("issue/")) {
            made.put(
                    "private_key",
                    "-----BEGIN RSA PRIVATE KEY-----\nkey\n-----END RSA PRIVATE KEY-----");
        }
        return data(made);
    }

    private @Nullable Map<String, @Nullable Object> database(Call call, String mount)
            throws Refused {
        if (!call.path().startsWith("creds/")) {
            written.put(mount + "/" + call.path(), call.body());
            return null;
        }
        var role = call.path().substring("creds/".length());
        if (!written.containsKey(mount + "/roles/" + role)) {
            throw new Refused(400, "unknown role: " + role);
        }
        var lease = "%s/%s/%s".formatted(mount, call.path(), UUID.randomUUID());
        leases.add(lease);
        var answer =
                data(
                        Map.of(
                                "username",
                                "v-root-" + role + UUID.randomUUID(),
                                "password",
                                UUID.randomUUID().toString()));
        answer.put("lease_id", lease);
        answer.put("lease_duration", 3600);
        answer.put("renewable", true);
        return answer;
    }
}
