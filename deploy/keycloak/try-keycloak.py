#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Signs in at a real Keycloak in every way that Millrace takes, with the realm of deploy/compose.

    deploy/keycloak/try-keycloak.py KEYCLOAK_HOME MILLRACE_URL [-- COMMAND…]

KEYCLOAK_HOME is the published distribution, unpacked (Maven Central: org.keycloak:keycloak-quarkus-dist, type zip). The
script starts it at http://127.0.0.1:18180 and stops it at the end. Millrace runs at MILLRACE_URL with
MILLRACE_OIDC_ISSUER=http://127.0.0.1:18180/realms/millrace, MILLRACE_OIDC_CLIENT_ID=millrace-ui and
MILLRACE_OIDC_ADMIN_GROUP=platform-admins; with COMMAND (such as `./millrace up`) the script starts it once Keycloak is up.
"""
import base64, hashlib, html, http.cookiejar, json, os, re, secrets, shutil, subprocess, sys, tempfile, time
import urllib.error, urllib.parse, urllib.request

KEYCLOAK = "http://127.0.0.1:18180"
REALM = KEYCLOAK + "/realms/millrace"
REDIRECT = "http://localhost:8080/ui/callback"
started = time.time()
ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
USER_PASSWORD, ADMIN_PASSWORD = secrets.token_urlsafe(16), secrets.token_urlsafe(16)
passed = []


class NoRedirect(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *_):
        return None


def call(url, form=None, token=None, body=None, method=None, opener=None, header=None):
    """Status, headers and text of an answer; forms are posted."""
    data = urllib.parse.urlencode(form).encode() if form is not None else None
    headers = dict(header or {})
    if body is not None:
        data, headers["Content-Type"] = json.dumps(body).encode(), "application/json"
    if token:
        headers["Authorization"] = "Bearer " + token
    request = urllib.request.Request(url, data=data, headers=headers, method=method)
    try:
        with (opener or urllib.request.build_opener(NoRedirect())).open(request, timeout=30) as answer:
            return answer.status, answer.headers, answer.read().decode()
    except urllib.error.HTTPError as e:
        return e.code, e.headers, e.read().decode()


def token(**form):
    status, _, text = call(REALM + "/protocol/openid-connect/token", form)
    answer = json.loads(text)
    if status != 200:
        raise SystemExit(f"Expected a token but got {status}: {answer.get('error_description', text)}")
    return answer


def check(name, condition, seen=""):
    if not condition:
        raise SystemExit(f"FAILED: {name}: {seen}")
    passed.append(name)
    print(f"{time.time() - started:6.1f} s  ok  {name}", flush=True)


def start(home):
    data = os.path.join(home, "data")
    shutil.rmtree(data, ignore_errors=True)
    os.makedirs(os.path.join(data, "import"))
    shutil.copy(os.path.join(ROOT, "deploy/compose/keycloak/millrace-realm.json"), os.path.join(data, "import"))
    environment = dict(
        os.environ,
        MILLRACE_USER_PASSWORD=USER_PASSWORD,
        KC_BOOTSTRAP_ADMIN_USERNAME="admin",
        KC_BOOTSTRAP_ADMIN_PASSWORD=ADMIN_PASSWORD,
        JAVA_OPTS_KC_HEAP="-Xms64m -Xmx512m",
    )
    log = open(os.path.join(home, "try.log"), "w")
    server = subprocess.Popen(
        [os.path.join(home, "bin/kc.sh"), "start-dev", "--http-port=18180", "--http-host=127.0.0.1", "--import-realm"],
        env=environment, stdout=log, stderr=subprocess.STDOUT, start_new_session=True)
    for _ in range(300):
        try:
            if call(REALM + "/.well-known/openid-configuration")[0] == 200:
                return server
        except OSError:
            pass
        if server.poll() is not None:
            raise SystemExit("Keycloak has stopped: see " + log.name)
        time.sleep(1)
    raise SystemExit("Keycloak doesn't come up: see " + log.name)


def browser():
    # Keycloak's cookies are Secure: like a browser, on this machine we send them without TLS, too
    policy = http.cookiejar.DefaultCookiePolicy(secure_protocols=("http", "https"))
    jar = http.cookiejar.CookieJar(policy)
    opener = urllib.request.build_opener(NoRedirect(), urllib.request.HTTPCookieProcessor(jar))
    opener.jar = jar
    return opener


def submit(opener, page, user):
    """Fills in Keycloak's sign-in page."""
    action = html.unescape(re.search(r'<form[^>]*id="kc-form-login"[^>]*action="([^"]+)"', page).group(1))
    return call(action, {"username": user, "password": USER_PASSWORD}, opener=opener)


def code_flow(user):
    """Authorization code with PKCE, as a browser does it."""
    opener, verifier = browser(), secrets.token_urlsafe(48)
    challenge = base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).rstrip(b"=").decode()
    query = dict(client_id="millrace-ui", response_type="code", scope="openid profile", redirect_uri=REDIRECT,
                 state="s", code_challenge=challenge, code_challenge_method="S256")
    _, _, page = call(REALM + "/protocol/openid-connect/auth?" + urllib.parse.urlencode(query), opener=opener)
    status, headers, text = submit(opener, page, user)
    if "code=" not in headers.get("Location", ""):
        raise SystemExit(f"Expected a code but got {status} {headers.get('Location')}: {text[:2000]}")
    code = urllib.parse.parse_qs(urllib.parse.urlparse(headers["Location"]).query)["code"][0]
    return token(grant_type="authorization_code", client_id="millrace-ui", code=code, redirect_uri=REDIRECT,
                 code_verifier=verifier)


def ui_sign_in(url, user, opener):
    """A browser signs in at the gateway; where it is sent then, and its session."""
    status, headers, text = call(url + "/ui/login?returnTo=/ui/main/flows", opener=opener)
    if status != 302:
        raise SystemExit(f"Expected to be sent to Keycloak but got {status}: {text}")
    status, headers, page = call(headers["Location"], opener=opener)
    if status == 200:
        status, headers, page = submit(opener, page, user)
    status, headers, text = call(headers["Location"], opener=opener)
    if status != 302:
        raise SystemExit(f"Expected to be signed in but got {status}: {text}")
    return headers["Location"], json.loads(call(url + "/ui/session", opener=opener)[2])


def device_flow(user):
    """Device code, as the command line asks for it, and a user who grants it in his browser."""
    _, _, text = call(REALM + "/protocol/openid-connect/auth/device", {"client_id": "millrace-cli", "scope": "openid"})
    device = json.loads(text)
    grant(device["verification_uri_complete"], user)
    return token(grant_type="urn:ietf:params:oauth:grant-type:device_code", client_id="millrace-cli",
                 device_code=device["device_code"])


def cli_login(url, user):
    """`millrace login`: the command prints where to go, a user goes there, and the command has a context."""
    contexts = os.path.join(tempfile.mkdtemp(), "contexts.yaml")
    environment = {k: v for k, v in os.environ.items() if k not in ("MILLRACE_TOKEN", "MILLRACE_URL")}
    environment["MILLRACE_CONTEXTS"] = contexts
    command = [os.path.join(ROOT, "millrace")]
    login = subprocess.Popen(command + ["login", url, "--name", "tried", "--issuer", REALM], env=environment,
                             stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    line = login.stdout.readline()
    grant(re.search(r"https?://\S+", line).group(0), user)
    rest = login.communicate(timeout=60)[0]
    if login.returncode != 0:
        raise SystemExit(f"Expected `millrace login` to sign in but it said {line}{rest}")
    return subprocess.run(command + ["whoami"], env=environment, capture_output=True, text=True)


def grant(url, user):
    """Types a device's code and allows what it asks for."""
    opener = browser()
    for _ in range(8):
        status, headers, page = call(url, opener=opener)
        if status in (302, 303):
            url = urllib.parse.urljoin(url, headers["Location"])
            continue
        if "kc-form-login" in page:
            status, headers, page = submit(opener, page, user)
            if status in (302, 303):
                url = urllib.parse.urljoin(url, headers["Location"])
                continue
        form = re.search(r'<form[^>]*action="([^"]+)"', page)
        if not form or "accept" not in page:
            break
        fields = dict(re.findall(r'<input[^>]*type="hidden"[^>]*name="([^"]+)"[^>]*value="([^"]*)"', page))
        status, headers, page = call(urllib.parse.urljoin(url, html.unescape(form.group(1))),
                                     dict(fields, accept="Yes"), opener=opener)
        if status in (302, 303):
            url = urllib.parse.urljoin(url, headers["Location"])
            continue
        break


def admin(path, body=None, method=None):
    _, _, text = call(KEYCLOAK + "/realms/master/protocol/openid-connect/token",
                      dict(grant_type="password", client_id="admin-cli", username="admin", password=ADMIN_PASSWORD))
    status, headers, text = call(KEYCLOAK + "/admin/realms/millrace" + path, token=json.loads(text)["access_token"],
                                 body=body, method=method)
    if status >= 300:
        raise SystemExit(f"Keycloak's administration answered {status}: {text}")
    return json.loads(text) if text else headers


def client_credentials():
    client = admin("/clients?clientId=millrace-service")[0]
    secret = admin(f"/clients/{client['id']}/client-secret")["value"]
    return token(grant_type="client_credentials", client_id="millrace-service", client_secret=secret)


def main():
    global started
    home, url = sys.argv[1], sys.argv[2]
    server = start(home)
    try:
        client = admin("/clients?clientId=millrace-ui")[0]
        client["redirectUris"].append(url + "/*")
        client["attributes"]["post.logout.redirect.uris"] += "##" + url + "/*"
        admin("/clients/" + client["id"], client, method="PUT")
        if "--" in sys.argv:
            subprocess.run(sys.argv[sys.argv.index("--") + 1:], check=True,
                           env=dict(os.environ, MILLRACE_TOKEN=code_flow("alice")["access_token"]))
            started = time.time()

        def me(bearer):
            return call(url + "/api/v1/main/me", token=bearer)

        alice = code_flow("alice")
        status, _, text = me(alice["access_token"])
        check("a browser's access token is taken", status == 200 and "platform-admins" in text, text)
        check("its ID token is refused", me(alice["id_token"])[0] == 401)
        check("its refresh token is refused", me(alice["refresh_token"])[0] == 401)
        fresh = token(grant_type="refresh_token", client_id="millrace-ui", refresh_token=alice["refresh_token"])
        check("a refreshed token is taken", me(fresh["access_token"])[0] == 200)
        users = call(url + "/api/v1/main/tenant-access", token=alice["access_token"])[2]
        check("the user is known by name", '"username":"alice"' in users, users)
        check("a device's token is taken", me(device_flow("alice")["access_token"])[0] == 200)
        binding = {"group": "viewers", "role": "viewer"}
        status, _, text = call(url + "/api/v1/main/bindings", token=alice["access_token"], body=binding)
        check("a group of Keycloak gets a role", status in (201, 409), text)
        status, _, text = me(client_credentials()["access_token"])
        check("a service's client credentials are taken", status == 200 and "VIEWER" in text, text)
        bob = browser()
        there, session = ui_sign_in(url, "alice", bob)
        check("a browser signs in at the gateway and goes where it wanted", there.endswith("/ui/main/flows"), there)
        check("its session says who it is and where he may go",
              session["name"] == "Alice Example" and [t["id"] for t in session["tenants"]] == ["main"], session)
        kept = {c.name: c.value for c in bob.jar if c.name.startswith("millrace")}
        check("the browser keeps 43 characters and no token",
              list(kept) == ["millrace-session"] and len(kept["millrace-session"]) == 43, kept)
        check("its cookie calls the API", call(url + "/api/v1/main/me", opener=bob)[0] == 200)
        check("a change without the CSRF token is refused",
              call(url + "/api/v1/main/bindings", body={"group": "viewers", "role": "viewer"}, opener=bob)[0] == 403)
        csrf = {"X-CSRF-Token": session["csrfToken"]}
        status, _, text = call(url + "/api/v1/main/bindings", body={"group": "team-data", "role": "viewer"}, opener=bob,
                               header=csrf)
        check("a change with it is made", status in (201, 409), text)
        told = cli_login(url, "alice")
        check("`millrace login` gets a device code and signs in", told.returncode == 0 and "main" in told.stdout,
              told.stdout + told.stderr)
        check("nobody's token opens another tenant",
              call(url + "/api/v1/other/me", token=alice["access_token"])[0] == 404)

        old = code_flow("alice")["access_token"]
        admin("/components", dict(name="rotated", providerId="rsa-generated", providerType="org.keycloak.keys.KeyProvider",
                                  config=dict(priority=["1000"], enabled=["true"], active=["true"], algorithm=["RS256"],
                                              keySize=["2048"])))
        new = code_flow("alice")["access_token"]
        kid = lambda t: json.loads(base64.urlsafe_b64decode(t.split(".")[0] + "=="))["kid"]
        check("Keycloak signs with another key", kid(old) != kid(new))
        check("a token of the new key is taken at once", me(new)[0] == 200)
        check("a token of the old key is still taken", me(old)[0] == 200)
        check("the browser's session goes on", call(url + "/api/v1/main/me", opener=bob)[0] == 200)

        admin("", dict(realm="millrace", accessTokenLifespan=3), method="PUT")
        short = code_flow("alice")["access_token"]
        check("a short token is taken", me(short)[0] == 200)
        carol, gone = browser(), browser()
        session = ui_sign_in(url, "alice", carol)[1]
        ui_sign_in(url, "alice", gone)
        for i in range(8):
            time.sleep(5)  # longer than the token lives, and in the end longer than clocks may differ
            if call(url + "/api/v1/main/me", opener=carol)[0] != 200:
                check("a browser's session outlives its access tokens", False, i)
        check("a browser's session outlives its access tokens", True)
        check("an expired token is refused", me(short)[0] == 401)

        status, _, text = call(url + "/ui/logout", form={}, opener=carol, header={"X-CSRF-Token": session["csrfToken"]})
        there = json.loads(text)["redirectTo"]
        status, headers, page = call(there, opener=carol)
        check("signing out leads through Keycloak and back", status == 302 and headers["Location"] == url + "/ui/", page)
        check("the session has ended", call(url + "/api/v1/main/me", opener=carol)[0] == 401)
        _, headers, _ = call(url + "/ui/login", opener=carol)
        check("Keycloak asks for the password again", "kc-form-login" in call(headers["Location"], opener=carol)[2])

        user = admin("/users?username=alice&exact=true")[0]["id"]
        admin(f"/users/{user}/logout", method="POST")
        time.sleep(5)
        check("a session that Keycloak's administrator ends has ended here",
              call(url + "/api/v1/main/me", opener=gone)[0] == 401)
        print(f"{len(passed)} checks passed")
    finally:
        os.killpg(server.pid, 15)
        server.wait(30)


main()
