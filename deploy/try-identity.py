#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Goes through what Millrace promises of identity, tenants, access, audit, secrets and masking, over the public API.

    deploy/try-identity.py [-- COMMAND…]

Without COMMAND a suite runs already (MILLRACE_PORT, MILLRACE_DATA), with the development issuer; what needs settings is
left out, and said so. With COMMAND (such as `./millrace up`) the script starts it with these settings: basic
authentication, a limit on requests, secrets from the environment and from a stand-in of Vault, a short retention, and,
where scripts may run as other users, the egress policy for them. `./millrace down` stops it.

All happens in a tenant of its own, which is removed at the end. A line for each check; exit code 1 if one failed.
"""
import base64, hashlib, http.cookiejar, http.server, json, os, re, secrets, shutil, socket, subprocess, sys, tempfile
import threading, time, traceback, urllib.error, urllib.parse, urllib.request

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
DATA = os.path.abspath(os.environ.get("MILLRACE_DATA", os.path.join(ROOT, ".data")))
PORT = int(os.environ.get("MILLRACE_PORT", "8080"))
URL = os.environ.get("MILLRACE_PUBLIC_URL", f"http://localhost:{PORT}")
COMMAND = sys.argv[sys.argv.index("--") + 1:] if "--" in sys.argv else None
TENANT = "try-" + secrets.token_hex(4)
CALLER_LIMIT = 150
started = time.time()
passed, failed, left_out = 0, [], 0


class NoRedirect(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *_):
        return None


class Answer:
    def __init__(self, status, headers, data):
        self.status, self.headers, self.data = status, headers, data

    @property
    def text(self):
        return self.data.decode("utf-8", "replace")

    @property
    def json(self):
        return json.loads(self.data) if self.data else None

    def __str__(self):
        return f"{self.status} {self.text[:500]}"


def call(method, url, token=None, body=None, kind=None, opener=None, headers=None, basic=None):
    """An answer, whatever its status; bodies that aren't bytes or text are sent as JSON."""
    given = dict(headers or {})
    if body is not None and not isinstance(body, (bytes, str)):
        body, kind = json.dumps(body), kind or "application/json"
    data = body.encode() if isinstance(body, str) else body
    if data is not None:
        given["Content-Type"] = kind or "application/json"
    if token:
        given["Authorization"] = "Bearer " + token
    if basic:
        given["Authorization"] = "Basic " + base64.b64encode(basic.encode()).decode()
    request = urllib.request.Request(url if url.startswith("http") else URL + url, data=data, headers=given, method=method)
    try:
        with (opener or urllib.request.build_opener(NoRedirect())).open(request, timeout=60) as answer:
            return Answer(answer.status, answer.headers, answer.read())
    except urllib.error.HTTPError as e:
        return Answer(e.code, e.headers, e.read())


def check(point, name, condition, seen=""):
    global passed
    if condition:
        passed += 1
    else:
        failed.append(f"{point} {name}")
    print(f"{time.time() - started:6.1f} s  {'ok  ' if condition else 'FAIL'} {point}  {name}"
          + ("" if condition else f": {str(seen)[:800]}"), flush=True)
    return condition


def needs_settings(point, name):
    global left_out
    left_out += 1
    print(f"{time.time() - started:6.1f} s  --   {point}  {name}: needs settings, see --help", flush=True)


def until(get, good, seconds=30):
    """What `get` gives as soon as it is good, or in the end."""
    deadline = time.time() + seconds
    while True:
        found = get()
        if good(found) or time.time() > deadline:
            return found
        time.sleep(0.25)


def password(user):
    with open(os.path.join(DATA, "dev-issuer", user + ".password")) as file:
        return file.read().strip()


def user_token(user):
    answer = call("POST", "/dev-issuer/oauth2/token", body="grant_type=client_credentials",
                  kind="application/x-www-form-urlencoded", basic=f"dev-{user}:{password(user)}")
    return answer.json["access_token"]


class As:
    """The API of a tenant as somebody."""

    def __init__(self, token, tenant=None):
        self.token, self.tenant = token, tenant or TENANT

    def send(self, method, path, body=None, kind=None, **more):
        return call(method, f"/api/v1/{self.tenant}{path}", token=self.token, body=body, kind=kind, **more)

    def get(self, path, **more):
        return self.send("GET", path, **more)

    def post(self, path, body=None, kind=None, **more):
        return self.send("POST", path, b"" if body is None else body, kind, **more)

    def put(self, path, body=None, kind=None, **more):
        return self.send("PUT", path, body, kind, **more)

    def delete(self, path, body=None):
        return self.send("DELETE", path, body)

    def save(self, source):
        answer = self.post("/flows", source, "application/x-yaml")
        if answer.status == 422 and "exist" in answer.text:
            found = re.search(r"^id: (\S+)\nnamespace: (\S+)$", source, re.M)
            answer = self.put(f"/flows/{found.group(2)}/{found.group(1)}", source, "application/x-yaml")
        return answer

    def start(self, namespace, flow, wait=True, **inputs):
        boundary = "b" + secrets.token_hex(8)
        form = "".join(f'--{boundary}\r\nContent-Disposition: form-data; name="{k}"\r\n\r\n{v}\r\n' for k, v in inputs.items())
        return self.post(f"/executions/{namespace}/{flow}" + ("?wait=true" if wait else ""),
                         form + f"--{boundary}--\r\n" if inputs else None,
                         f"multipart/form-data; boundary={boundary}" if inputs else None)

    def run(self, source, **inputs):
        """Saves a flow and runs it: its execution when it has ended, and its log."""
        saved = self.save(source)
        if saved.status >= 300:
            raise AssertionError(f"Expected to save a flow but got {saved}")
        found = re.search(r"^id: (\S+)\nnamespace: (\S+)$", source, re.M)
        return self.again(found.group(2), found.group(1), **inputs)

    def again(self, namespace, flow, **inputs):
        begun = self.start(namespace, flow, **inputs)
        if begun.status >= 300:
            raise AssertionError(f"Expected to start a flow but got {begun}")
        execution = begun.json
        lines = self.get(f"/logs/{execution['id']}").json
        return execution, [line.get("message") or "" for line in lines]

    def state(self, execution):
        return self.get(f"/executions/{execution}").json["state"]["current"]

    def audit(self, **search):
        query = urllib.parse.urlencode(dict({"size": 1000}, **search))
        return [e["event"] for e in self.get("/audit?" + query).json["results"]]


def log_flow(namespace, flow, message, more=""):
    return f"""id: {flow}
namespace: {namespace}
tasks:
  - id: say
    type: io.kestra.plugin.core.log.Log
    message: {json.dumps(message)}
{more}"""


def upload(who, namespace, path, content):
    form = (b'--b\r\nContent-Disposition: form-data; name="fileContent"; filename="f"\r\n\r\n' + content + b"\r\n--b--\r\n")
    return who.post(f"/namespaces/{namespace}/files?path={path}", form, "multipart/form-data; boundary=b")


def settings(who, namespace, **values):
    path = "/namespaces/" + namespace
    body = dict(values, id=namespace)
    answer = who.put(path, body) if who.get(path).status == 200 else who.post("/namespaces", body)
    if answer.status >= 300:
        raise AssertionError(f"Expected to set {values} but got {answer}")
    return answer


def browser():
    opener = urllib.request.build_opener(NoRedirect(), urllib.request.HTTPCookieProcessor(
        http.cookiejar.CookieJar(http.cookiejar.DefaultCookiePolicy(secure_protocols=("http", "https")))))
    return opener


def follow(opener, url, end=None):
    """Goes where a browser is sent, until a page comes, or the path `end`."""
    answer, urls = None, []
    for _ in range(12):
        urls.append(url)
        answer = call("GET", url, opener=opener, headers={"Accept": "text/html"})
        if answer.status // 100 != 3:
            break
        url = urllib.parse.urljoin(url if url.startswith("http") else URL + url, answer.headers["Location"])
        if end and urllib.parse.urlparse(url).path == end:
            urls.append(url)
            break
    return answer, urls


def sign_in(opener, page, user):
    csrf = re.search(r'name="_csrf" value="([^"]+)"', page.text).group(1)
    form = urllib.parse.urlencode(dict(username=user, password=password(user), _csrf=csrf))
    answer = call("POST", "/dev-issuer/login", body=form, kind="application/x-www-form-urlencoded", opener=opener)
    return urllib.parse.urljoin(URL + "/dev-issuer/login", answer.headers["Location"])


# --- the stand-in of Vault ---------------------------------------------------------------------------------------------


class Vault:
    """The key-value store, version 2, of Vault's published API, as far as a reader goes."""

    def __init__(self):
        self.token, self.values, self.server = secrets.token_urlsafe(16), {}, None
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]

    def start(self):
        vault = self

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_GET(self):
                known = self.headers.get("X-Vault-Token") == vault.token
                value = vault.values.get(self.path)
                found = 200 if known and value else 404 if known else 403
                if self.path.endswith("/auth/token/lookup-self") and known:
                    found, value = 200, {"ttl": 3600, "renewable": False}
                text = json.dumps({"data": value} if found == 200 else {"errors": []}).encode()
                self.send_response(found)
                self.send_header("Content-Length", str(len(text)))
                self.end_headers()
                self.wfile.write(text)

            def do_POST(self):
                self.rfile.read(int(self.headers.get("Content-Length") or 0))
                text = json.dumps({"auth": {"client_token": vault.token, "lease_duration": 3600, "renewable": True}}).encode()
                self.send_response(200)
                self.send_header("Content-Length", str(len(text)))
                self.end_headers()
                self.wfile.write(text)

            do_PUT = do_POST

            def log_message(self, *_):
                pass

        http.server.ThreadingHTTPServer.allow_reuse_address = True
        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", self.port), Handler)
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def stop(self):
        self.server.shutdown()
        self.server.server_close()

    def put(self, namespace, name, value):
        self.values[f"/v1/secret/data/millrace/{TENANT}/{namespace}/{name}"] = {"data": {"value": value}, "metadata": {}}


def start_suite(vault, folder):
    """Starts the suite with the settings that the checks need."""
    token_file = os.path.join(folder, "vault-token")
    with open(token_file, "w") as file:
        file.write(vault.token)
    config = os.path.join(folder, "try-identity.yml")
    with open(config, "w") as file:
        file.write(f"""
millrace:
  gateway:
    api-tokens: {{basic: true}}
    limits: {{caller-per-second: {CALLER_LIMIT}}}
  secrets:
    rotation-every: 1s
    backends:
      - {{name: machine, tenant: {TENANT}, namespace: try.machine, environment: {{prefix: TRIED_, encoding: plain}}}}
      - name: corporate
        tenant: {TENANT}
        namespace: try.vault
        keep-for: 1s
        vault: {{address: "http://127.0.0.1:{vault.port}", auth: {{method: token, token-file: {token_file}}}}}
  retention:
    every: 5s
    rules:
      - {{tenant: {TENANT}, namespace: try.short, keep: 1s}}
  worker-groups:
    elsewhere: {{tenants: [{TENANT}], namespaces: [try.elsewhere]}}
""")
    environment = dict(os.environ, MILLRACE_CONFIG=config, TRIED_DB_PASSWORD="of-the-machine-" + secrets.token_hex(6),
                       MILLRACE_PORT=str(PORT), MILLRACE_DATA=DATA)
    if may_run_as_others():
        environment["MILLRACE_PLUGINS_SCRIPT_USER"] = "71000-71099"
        environment["MILLRACE_PLUGINS_SCRIPT_EGRESS"] = "required"
    subprocess.run(COMMAND, check=True, env=environment)
    return environment["TRIED_DB_PASSWORD"]


def may_run_as_others():
    return (os.geteuid() == 0 and os.path.exists("/usr/bin/setpriv") and shutil.which("nft") is not None
            and subprocess.run(["nft", "list", "tables"], capture_output=True).returncode == 0)


# --- 1. identity -------------------------------------------------------------------------------------------------------


def identity(alice, ops):
    me = alice.get("/me", )
    check("4.1", "a bearer token of the issuer is taken", me.status == 200 and me.json["subject"] == "alice", me)
    check("4.1", "without a token there is no answer", call("GET", f"/api/v1/{TENANT}/me").status == 401)
    head, claims, signature = alice.token.split(".")
    other = base64.urlsafe_b64encode(json.dumps(dict(json.loads(base64.urlsafe_b64decode(claims + "==")), sub="bob")).encode())
    forged = f"{head}.{other.rstrip(b'=').decode()}.{signature}"
    check("4.1", "a token with another subject is refused", As(forged).get("/me").status == 401)
    none = base64.urlsafe_b64encode(b'{"alg":"none","typ":"JWT"}').rstrip(b"=").decode()
    check("4.1", "a token of algorithm none is refused", As(f"{none}.{claims}.").get("/me").status == 401)
    here = base64.urlsafe_b64decode(claims + "==")
    check("4.1", "a token names issuer, audience and expiry", all(k in json.loads(here) for k in ("iss", "aud", "exp")), here)

    bob = browser()
    page, urls = follow(bob, "/ui/login?returnTo=/ui/")
    query = urllib.parse.parse_qs(urllib.parse.urlparse(next(u for u in urls if "/oauth2/authorize" in u)).query)
    check("4.1", "a browser is sent to the issuer with PKCE", query.get("code_challenge_method") == ["S256"], query)
    answer, urls = follow(bob, sign_in(bob, page, "bob"), "/ui/")
    cookie = next((v for k, v in answer.headers.items() if k == "Set-Cookie" and v.startswith("millrace")), "")
    check("4.1", "it gets a cookie that no script reads", "HttpOnly" in cookie and "SameSite" in cookie, answer.headers)
    check("4.1", "and no token", len(cookie.split(";")[0]) < 80 and "eyJ" not in cookie, cookie)
    session = call("GET", "/ui/session", opener=bob).json
    check("4.1", "its session says who it is", session["subject"] == "bob", session)
    own = {"key": "k"}
    refused = call("PUT", "/api/v1/main/namespaces/company.try/kv/k", body='"v"', opener=bob)
    check("4.1", "a change without the CSRF token is refused", refused.status == 403, refused)
    made = call("PUT", "/api/v1/main/namespaces/company.try/kv/k", body='"v"', opener=bob,
                headers={"X-CSRF-Token": session["csrfToken"]})
    check("4.1", "a change with it is made", made.status < 300, made)
    call("DELETE", "/api/v1/main/namespaces/company.try/kv/k", opener=bob, headers={"X-CSRF-Token": session["csrfToken"]})
    cross = call("POST", "/api/v1/main/flows/validate", body="", kind="application/x-yaml", opener=bob,
                 headers={"X-CSRF-Token": session["csrfToken"], "Origin": "https://evil.example", "Sec-Fetch-Site": "cross-site"})
    check("4.1", "a page of another site changes nothing with it", cross.status == 403, cross)

    form = "application/x-www-form-urlencoded"
    device = call("POST", "/dev-issuer/oauth2/device_authorization", body="client_id=millrace-cli&client_secret=millrace-cli", kind=form).json
    asking = urllib.parse.urlencode(dict(grant_type="urn:ietf:params:oauth:grant-type:device_code", client_id="millrace-cli", client_secret="millrace-cli",
                                         device_code=device["device_code"]))
    waiting = call("POST", "/dev-issuer/oauth2/token", body=asking, kind=form)
    check("4.1", "a device waits for its user", "authorization_pending" in waiting.text, waiting)
    where = urllib.parse.urlparse(device["verification_uri_complete"])
    page, _ = follow(bob, f"{URL}{where.path}?{where.query}")
    fields = dict(re.findall(r'name="([^"]+)" value="([^"]*)"', page.text))
    call("POST", "/dev-issuer/oauth2/device_verification", body=urllib.parse.urlencode(fields), kind=form, opener=bob)
    given = call("POST", "/dev-issuer/oauth2/token", body=asking, kind=form)
    check("4.1", "when he has allowed it, it has a token that is taken",
          given.status == 200 and As(given.json["access_token"], "main").get("/me").status == 200, given)

    known = As(alice.token, "main").get("/tenant-access?size=100").text
    check("4.1", "users and their groups are known at first sight", '"bob"' in known and "team-data" in known, known)

    account = alice.post("/service-accounts", {"name": "robot"}).json["id"]
    alice.post("/bindings", {"serviceAccount": account, "role": "editor"})
    tokens = f"/service-accounts/{account}/api-tokens"
    wide = alice.post(tokens, {"name": "wide"}).json
    robot = As(wide["fullToken"])
    check("4.1", "a service account's API token is taken", robot.get("/me").status == 200)
    narrow = alice.post(tokens, {"name": "narrow", "permissions": ["FLOW_READ", "NAMESPACE_READ"], "namespace": "try.a"}).json
    alice.save(log_flow("try.a", "seen", "x"))
    alice.save(log_flow("try.b", "unseen", "x"))
    bounded = As(narrow["fullToken"])
    check("4.1", "a scoped token reads where it may", bounded.get("/flows/try.a/seen").status == 200)
    check("4.1", "nothing beside", bounded.get("/flows/try.b/unseen").status == 404)
    check("4.1", "and changes nothing", bounded.save(log_flow("try.a", "seen", "y")).status == 403)
    short = alice.post(tokens, {"name": "short", "maxAge": "PT2S"}).json
    check("4.1", "a token that expires soon is taken", As(short["fullToken"]).get("/me").status == 200)
    listed = alice.get(tokens).text
    check("4.1", "tokens are listed, never shown", "short" in listed and short["fullToken"] not in listed, listed)
    time.sleep(2.2)
    check("4.1", "an expired token is refused", As(short["fullToken"]).get("/me").status == 401)
    alice.delete(f"{tokens}/{wide['id']}")
    check("4.1", "one that was taken back is refused at once", robot.get("/me").status == 401)
    basic = call("GET", f"/api/v1/{TENANT}/me", basic=f"robot:{narrow['fullToken']}")
    if COMMAND:
        check("4.1", "basic authentication is taken where it is switched on", basic.status == 200, basic)
        wrong = call("GET", f"/api/v1/{TENANT}/me", basic=f"other:{narrow['fullToken']}")
        check("4.1", "with the token's own name alone", wrong.status == 401, wrong)
    else:
        check("4.1", "basic authentication is refused unless it is switched on", basic.status == 401, basic)
    own = As(alice.token, "main").post("/me/api-tokens", {"name": "try", "maxAge": "PT1H"}).json
    mine = As(own["fullToken"], "main")
    check("4.1", "a user's own token acts as him", mine.get("/me").json["subject"] == "alice")
    check("4.1", "and makes no others", mine.post("/me/api-tokens", {"name": "more"}).status == 403)
    As(alice.token, "main").delete("/me/api-tokens/" + own["id"])
    return account


# --- 2. the internal token ---------------------------------------------------------------------------------------------


def internal(alice):
    for path in ("/internal/secrets/x", "/internal/claims", "/api/v1/main/nothing", "/actuator/env"):
        answer = call("GET", path, token=alice.token)
        check("4.2", f"{path} isn't there", answer.status == 404, answer)
    for offset, service in ((1, "flow"), (2, "execution"), (3, "scheduler"), (5, "secrets")):
        try:
            answer = call("GET", f"http://127.0.0.1:{PORT + offset}/api/v1/main/flows/search", token=alice.token,
                          headers={"X-Tenant": TENANT, "X-User": "alice", "X-Forwarded-User": "alice"})
            check("4.2", f"the {service}-service takes no user's token, and no header", answer.status in (401, 404), answer)
        except OSError as e:
            check("4.2", f"the {service}-service isn't reached from here", True, e)
    answer = As(user_token("bob")).get("/me", headers={"X-Tenant": "main", "X-Millrace-Tenant": "main"})
    check("4.2", "a header opens no tenant", answer.status == 404, answer)


# --- 3. tenants and namespaces -----------------------------------------------------------------------------------------


def tenants(alice, ops):
    answer = call("POST", "/api/v1/tenants", token=user_token("bob"), body={"id": "bobs-own"})
    check("4.3", "who isn't an operator makes no tenant, nor learns that one could", answer.status == 404, answer)
    seen = call("GET", "/api/v1/tenants", token=ops).text
    check("4.3", "an operator sees the tenant that he has made", TENANT in seen, seen)
    check("4.3", "its id can't be given twice", call("POST", "/api/v1/tenants", token=ops, body={"id": TENANT}).status == 409)
    check("4.3", "nobody else enters it", As(user_token("dave")).get("/flows/search").status == 404)


def namespaces(alice):
    settings(alice, "try", variables={"region": "eu", "limits": {"rows": 10, "files": 1}},
             pluginDefaults=[{"type": "io.kestra.plugin.core.debug.Return", "values": {"format": "by default"}}])
    settings(alice, "try.tree.leaf", variables={"limits": {"rows": 20}})
    alice.put("/namespaces/try/secrets", {"key": "SHARED", "value": "from-above-" + secrets.token_hex(4)})
    execution, lines = alice.run("""id: inherits
namespace: try.tree.leaf
tasks:
  - {id: given, type: io.kestra.plugin.core.debug.Return}
  - id: say
    type: io.kestra.plugin.core.log.Log
    message: "{{ namespace.region }} {{ namespace.limits.rows }} {{ namespace.limits.files }} {{ secret('SHARED') | length > 5 }}"
""")
    check("4.3", "variables are inherited, maps merged, the nearest counts", "eu 20 1 true" in lines, lines)
    given = next(t for t in execution["taskRunList"] if t["taskId"] == "given").get("outputs", {}).get("value")
    check("4.3", "plugin defaults are inherited", given == "by default", execution["taskRunList"])
    inherited = alice.get("/namespaces/try.tree.leaf/inherited-secrets").text
    check("4.3", "secrets are inherited", "SHARED" in inherited, inherited)
    settings(alice, "try.strict", taskTypes={"forbidden": ["io.kestra.plugin.scripts.*"]})
    shell = "id: shell\nnamespace: try.strict.below\ntasks:\n  - {id: s, type: io.kestra.plugin.scripts.shell.Script, script: id}\n"
    answer = alice.save(shell)
    check("4.3", "a forbidden type isn't saved below, and said where", answer.status == 422 and '"line":4' in answer.text, answer)
    settings(alice, "try.group", workerGroup={"key": "elsewhere", "fallback": "FAIL"})
    execution, lines = alice.run("id: grouped\nnamespace: try.group.below\ntasks:\n"
                                 "  - {id: s, type: io.kestra.plugin.scripts.shell.Script, script: id}\n")
    check("4.3", "the worker group is inherited", execution["state"]["current"] == "FAILED"
          and any("elsewhere" in line for line in lines), lines)
    if COMMAND:
        alice.run(log_flow("try.short", "gone", "soon"))
        alice.run(log_flow("try.long", "stays", "longer"))
    else:
        needs_settings("4.3", "retention of a namespace")


def retention(alice):
    if not COMMAND:
        return
    def kept(namespace):
        return alice.get(f"/executions/search?namespace={namespace}").json["total"]
    gone = until(lambda: kept("try.short"), lambda n: n == 0, 180)
    check("4.3", "what a namespace keeps for a second is gone", gone == 0, gone)
    check("4.3", "what others keep is there", kept("try.long") == 1)


def quotas(alice, ops):
    schedule = 'triggers:\n  - {id: yearly, type: io.kestra.plugin.core.trigger.Schedule, cron: "0 0 1 1 *"}\n'

    def set_quota(namespace, kind, amount):
        answer = alice.put("/quotas", {"kind": kind, "namespace": namespace, "amount": amount})
        if answer.status >= 300:
            raise AssertionError(answer)

    def used(kind, namespace):
        return next((q.get("used") for q in alice.get("/quotas").json["results"]
                     if q["kind"] == kind and q["namespace"] == namespace), None)

    def refused(kind, answer, namespace):
        said = answer.headers.get("Retry-After") and all(
            any(kind in one for one in answer.headers.get_all(h) or []) for h in ("RateLimit", "RateLimit-Policy"))
        check("4.3", f"{kind} beyond the quota is 429 with Retry-After and RateLimit",
              answer.status == 429 and said, f"{answer} {answer.headers}")
        check("4.3", f"{kind} is shown with what is used", used(kind, namespace) is not None or kind == "starts-per-minute",
              alice.get("/quotas").text)

    n = "try.q1"
    alice.save(log_flow(n, "f", "x"))
    set_quota(n, "starts-per-minute", 2)
    answers = [alice.start(n, "f") for _ in range(4)]
    refused("starts-per-minute", answers[-1], n)
    check("4.3", "what is within it was started", answers[0].status == 200, answers[0])

    n = "try.q2"
    alice.save(f"id: f\nnamespace: {n}\ntasks:\n  - {{id: p, type: io.kestra.plugin.core.flow.Pause}}\n")
    set_quota(n, "running-executions", 1)
    first = alice.start(n, "f", wait=False)
    answer = until(lambda: alice.start(n, "f", wait=False), lambda a: a.status == 429, 10)
    refused("running-executions", answer, n)
    running = alice.get(f"/executions/search?namespace={n}").json["results"]
    alice.delete(f"/executions/{running[0]['id']}/kill") if running else None

    n = "try.q3"
    alice.save(log_flow(n, "f", "x"))
    set_quota(n, "queued-tasks", 0)
    refused("queued-tasks", alice.start(n, "f"), n)

    n = "try.q4"
    alice.save(log_flow(n, "f", "x" * 200))
    set_quota(n, "log-bytes", 100)
    alice.start(n, "f")
    refused("log-bytes", until(lambda: alice.start(n, "f"), lambda a: a.status == 429, 30), n)

    n = "try.q5"
    set_quota(n, "storage-bytes", 100)
    upload(alice, n, "/a", b"x" * 80)
    refused("storage-bytes", upload(alice, n, "/b", b"x" * 80), n)
    check("4.3", "the bytes that are used are those that were stored", used("storage-bytes", n) == 80, used("storage-bytes", n))

    n = "try.q6"
    set_quota(n, "schedules", 1)
    alice.save(log_flow(n, "f", "x", schedule))
    until(lambda: used("schedules", n), lambda u: u == 1)
    refused("schedules", alice.save(log_flow(n, "g", "x", schedule)), n)

    answer = call("PUT", f"/api/v1/tenants/{TENANT}/quotas", token=ops, body={"kind": "schedules", "amount": 1})
    refused("schedules", alice.save(log_flow("try.q7", "g", "x", schedule)), "")
    answer = alice.put("/quotas", {"kind": "schedules", "amount": 100})
    check("4.3", "an admin doesn't change the tenant's own quota", answer.status == 403, answer)
    call("PUT", f"/api/v1/tenants/{TENANT}/quotas", token=ops, body={"kind": "schedules", "amount": None})


def rate_limit(alice):
    if not COMMAND:
        needs_settings("4.3", "a limit on the requests of a token")
        return
    account = alice.post("/service-accounts", {"name": "hasty"}).json["id"]
    alice.post("/bindings", {"serviceAccount": account, "role": "viewer"})
    hasty = As(alice.post(f"/service-accounts/{account}/api-tokens", {"name": "t"}).json["fullToken"])
    answers = []

    def ask():
        for _ in range(100):
            answers.append(hasty.get("/me"))

    threads = [threading.Thread(target=ask) for _ in range(8)]
    [t.start() for t in threads]
    [t.join() for t in threads]
    refused = [a for a in answers if a.status == 429]
    check("4.3", "a token that asks too often gets 429 with Retry-After and RateLimit",
          refused and refused[0].headers.get("Retry-After") and refused[0].headers.get("RateLimit"),
          f"{len(refused)} of {len(answers)}: {refused[0].headers if refused else ''}")
    check("4.3", "others don't", alice.get("/me").status == 200)


# --- 4. roles, bindings, reach, approvals ------------------------------------------------------------------------------


def access(alice):
    for flow, namespace in (("one", "try.team"), ("two", "try.team.sub"), ("three", "try.teams")):
        alice.save(log_flow(namespace, flow, "x"))
    bob, carol, dave = (As(user_token(u)) for u in ("bob", "carol", "dave"))
    role = alice.post("/roles", {"name": "readers", "permissions": {"FLOW": ["READ"], "NAMESPACE": ["READ"]}})
    check("4.4", "a tenant makes a role of its own", role.status == 201, role)
    group = alice.post("/groups", {"name": "tried"}).json
    check("4.4", "nobody is in the tenant without a binding", bob.get("/me").status == 404)
    bound = alice.post("/bindings", {"user": "bob", "role": role.json["id"], "namespace": "try.team"})
    check("4.4", "a custom role is bound to a user on a namespace", bound.status == 201, bound)
    check("4.4", "he sees its flows", bob.get("/flows/try.team/one").status == 200)
    check("4.4", "and those below", bob.get("/flows/try.team.sub/two").status == 200)
    beside = bob.get("/flows/try.teams/three")
    check("4.4", "what lies beside is 404", beside.status == 404, beside)
    listed = bob.get("/flows/search?size=100").text
    check("4.4", "and in no list", "try.team.sub" in listed and "try.teams" not in listed, listed)
    changed = bob.save(log_flow("try.team", "one", "y"))
    check("4.4", "what he sees but may not change is 403", changed.status == 403, changed)
    began = bob.start("try.team", "one")
    check("4.4", "what the role doesn't say he doesn't do", began.status in (403, 404), began)
    members = alice.get("/tenant-access?size=100").json["results"]
    by_name = {m["username"]: m["id"] for m in members}
    given = alice.post("/bindings", {"group": "viewers", "role": "viewer", "namespace": "try.teams"})
    check("4.4", "a built-in role is bound to a group of the issuer",
          given.status == 201 and carol.get("/flows/try.teams/three").status == 200, given)
    check("4.4", "on its namespace alone", carol.get("/flows/try.team/one").status == 404)
    joined = alice.put(f"/groups/{group['id']}/members/{by_name['bob']}") if "bob" in by_name else None
    alice.post("/bindings", {"group": "tried", "role": "editor", "namespace": "try.teams"})
    check("4.4", "a member of a group of the tenant's own gets what it has",
          joined is not None and bob.save(log_flow("try.teams", "three", "by bob")).status == 200, f"{joined} {members}")
    account = alice.post("/service-accounts", {"name": "deployer"}).json["id"]
    alice.post("/bindings", {"serviceAccount": account, "role": "editor", "namespace": "try.team.sub"})
    robot = As(alice.post(f"/service-accounts/{account}/api-tokens", {"name": "t"}).json["fullToken"])
    check("4.4", "a service account changes where it is bound", robot.save(log_flow("try.team.sub", "two", "z")).status == 200)
    check("4.4", "and sees nothing above", robot.get("/flows/try.team/one").status == 404)
    check("4.4", "nobody gives what isn't his to give", bob.post("/bindings", {"user": "carol", "role": "admin"}).status in (403, 404))
    gone = alice.delete("/bindings/" + bound.json["id"])
    check("4.4", "what is taken away is gone at once", gone.status == 204 and bob.get("/flows/try.team/one").status == 404, gone)


def reach(alice):
    alice.run(log_flow("try.risk", "called", "called"))
    alice.put("/namespaces/try.risk/kv/region", '"eu"', "application/json")
    upload(alice, "try.risk", "/region.txt", b"eu")
    subflow = """id: calls
namespace: try.%s
tasks:
  - {id: c, type: io.kestra.plugin.core.flow.Subflow, namespace: try.risk, flowId: called}
"""
    keys = log_flow("try.sales", "keys", "in {{ kv('region', 'try.risk') }}")
    files = log_flow("try.sales", "files", "in {{ read('region.txt', namespace='try.risk') }}")
    listener = """triggers:
  - id: upstream
    type: io.kestra.plugin.core.trigger.Flow
    conditions: [{type: io.kestra.plugin.core.condition.ExecutionFlow, namespace: try.risk, flowId: called}]
"""
    settings(alice, "try.risk", allowedNamespaces=[{"namespace": "try.sales"}])
    execution, lines = alice.run(subflow % "sales")
    check("4.4", "a subflow of a namespace that allows it runs", execution["state"]["current"] == "SUCCESS", lines)
    check("4.4", "its keys are read", "in eu" in alice.run(keys)[1])
    check("4.4", "its files are read", "in eu" in alice.run(files)[1])
    alice.save(log_flow("try.sales", "hears", "heard", listener))
    alice.save(log_flow("try.risk", "witness", "heard", listener))
    settings(alice, "try.risk", allowedNamespaces=[])
    check("4.4", "without that its subflow isn't saved", alice.save((subflow % "sales").replace("calls", "calls2")).status == 422)
    check("4.4", "nor run", alice.again("try.sales", "calls")[0]["state"]["current"] == "FAILED")
    check("4.4", "nor its keys read", alice.again("try.sales", "keys")[0]["state"]["current"] == "FAILED")
    check("4.4", "nor its files", alice.again("try.sales", "files")[0]["state"]["current"] == "FAILED")

    def heard(namespace, flow):
        return alice.get(f"/executions/search?namespace={namespace}&flowId={flow}").json["total"]

    alice.again("try.risk", "called")
    until(lambda: heard("try.risk", "witness"), lambda n: n > 0)
    check("4.4", "nor its executions heard", heard("try.sales", "hears") == 0 and heard("try.risk", "witness") > 0)
    settings(alice, "try.risk", allowedNamespaces=[{"namespace": "try.sales"}])
    alice.again("try.risk", "called")
    check("4.4", "allowed again, they are", until(lambda: heard("try.sales", "hears"), lambda n: n == 1) == 1)


def approvals(alice):
    alice.post("/bindings", {"user": "carol", "role": "launcher", "namespace": "try.approve"})
    alice.post("/bindings", {"user": "bob", "role": "launcher", "namespace": "try.approve"})
    bob, carol = As(user_token("bob")), As(user_token("carol"))
    for flow, rule, approver in (("other", "{other: true}", carol), ("group", "{groups: [team-data]}", bob)):
        alice.save(f"""id: {flow}
namespace: try.approve
tasks:
  - {{id: p, type: io.kestra.plugin.core.flow.Pause, approval: {rule}}}
  - {{id: done, type: io.kestra.plugin.core.log.Log, message: done}}
""")
        execution = alice.start("try.approve", flow, wait=False).json["id"]
        until(lambda: alice.state(execution), lambda s: s == "PAUSED")
        answer = alice.post(f"/executions/{execution}/resume")
        check("4.4", f"who may not approve ({rule}) is refused", answer.status == 403 and alice.state(execution) == "PAUSED", answer)
        if approver is bob:
            check("4.4", "nor who isn't of the group", carol.post(f"/executions/{execution}/resume").status == 403)
        answer = approver.post(f"/executions/{execution}/resume")
        check("4.4", "who may approves, and it goes on",
              answer.status < 300 and until(lambda: alice.state(execution), lambda s: s == "SUCCESS") == "SUCCESS", answer)


# --- 5. audit ----------------------------------------------------------------------------------------------------------


def audit(alice):
    marker = secrets.token_hex(6)
    value = "audited-" + secrets.token_hex(8)
    n = "try.audit"
    alice.save(log_flow(n, "f" + marker, "first"))
    alice.save(log_flow(n, "f" + marker, "second"))
    alice.put(f"/namespaces/{n}/secrets", {"key": "K" + marker, "value": value})
    alice.run(log_flow(n, "reads" + marker, "{{ secret('K%s') | length }}" % marker))
    refused = As(user_token("carol"))
    alice.post("/bindings", {"user": "carol", "role": "viewer", "namespace": n})
    refused.delete(f"/flows/{n}/f{marker}")

    def events(**search):
        return [e for e in alice.audit(**search) if marker in json.dumps(e)]

    until(lambda: events(action="secret.read"), bool, 15)
    until(lambda: events(outcome="refused"), bool, 15)
    created, updated = events(action="flow.create"), events(action="flow.update")
    check("4.5", "one record for a flow that was made", len([e for e in created if e["resource"].endswith("f" + marker)
          and "reads" not in e["resource"]]) == 1, created)
    check("4.5", "and one for its change", len(updated) == 1, updated)
    change = (updated or [{}])[0]
    check("4.5", "it says who, by which token, from where",
          change.get("subject") == "alice" and change.get("tokenId") and change.get("address"), change)
    check("4.5", "on what, and the difference", n in change.get("resource", "") and change.get("details"), change)
    put = events(action="secret")
    check("4.5", "a secret that was set has a record without its value",
          any(e["action"] in ("secret.create", "secret.put", "secret.update") for e in put) and value not in json.dumps(put), put)
    reads = events(action="secret.read")
    check("4.5", "one record for the read of a secret, by a task", len(reads) == 1 and reads[0]["subject"].startswith("task:"), reads)
    refusals = events(outcome="refused")
    check("4.5", "one record for a refusal", len(refusals) == 1 and refusals[0]["subject"] == "carol", refusals)
    signed = [e for e in alice.audit(subject="bob") if "sign" in e["action"]]
    check("4.5", "a sign-in has a record", signed and signed[0].get("address"), alice.audit(subject="bob")[:5])
    by_user = alice.audit(subject="carol")
    check("4.5", "it is searched by subject", by_user and all(e["subject"] == "carol" for e in by_user), by_user[:3])
    export = alice.get("/audit/export?action=flow.")
    lines = [json.loads(line) for line in export.text.splitlines()]
    check("4.5", "it is exported as JSON lines, as a file", lines and all("event" in line and "hash" in line for line in lines)
          and "attachment" in export.headers.get("Content-Disposition", ""), export.headers)
    check("4.5", "all lines are what was asked for", all(line["event"]["action"].startswith("flow.") for line in lines))
    whole = alice.get("/audit/verify").json
    check("4.5", "the chain verifies", whole["whole"] and whole["entries"] > 0, whole)
    anchor = alice.get(f"/audit/verify?sequence={whole['entries']}&hash={whole['hash']}").json
    check("4.5", "and with an anchor of an earlier look", anchor["whole"], anchor)
    wrong = alice.get(f"/audit/verify?sequence={whole['entries']}&hash={'0' * 64}").json
    check("4.5", "another's anchor doesn't", not wrong["whole"], wrong)
    check("4.5", "who isn't an admin reads none", refused.get("/audit").status in (403, 404))


# --- 6. secrets --------------------------------------------------------------------------------------------------------


def read_secret(alice, namespace, key):
    """Whether a task reads a secret: the hash of what it got, and the log."""
    execution, lines = alice.run(f"""id: reads
namespace: {namespace}
tasks:
  - id: r
    type: io.kestra.plugin.core.debug.Return
    format: "{{{{ secret('{key}') | sha256 }}}}"
""")
    runs = execution.get("taskRunList") or [{}]
    return (runs[0].get("outputs") or {}).get("value"), lines


def sha256(text):
    return hashlib.sha256(text.encode()).hexdigest()


def secrets_(alice, of_machine, vault):
    n, above, near = "try.sec.below", "above-" + secrets.token_hex(6), "near-" + secrets.token_hex(6)
    path = "/namespaces/try.sec/secrets"
    first = alice.put(path, {"key": "DB", "value": above, "description": "of the database",
                             "tags": [{"key": "team", "value": "data"}], "rotateEvery": "P90D"}).json[0]
    check("4.6", "a secret has a version, tags and dates of rotation", first["version"] == 1 and first["tags"]
          and first["rotatedAt"] and first["rotateAt"] and first["rotateEvery"] == "P90D", first)
    check("4.6", "a task below reads it", read_secret(alice, n, "DB")[0] == sha256(above), read_secret(alice, n, "DB"))
    alice.put(f"/namespaces/{n}/secrets", {"key": "DB", "value": near})
    check("4.6", "the nearest wins", read_secret(alice, n, "DB")[0] == sha256(near))
    alice.delete(f"/namespaces/{n}/secrets/DB")
    check("4.6", "taken away, the one above counts again", read_secret(alice, n, "DB")[0] == sha256(above))
    time.sleep(0.01)
    second = alice.put(path, {"key": "DB", "value": above + "2"}).json[0]
    check("4.6", "another value is another version, rotated now", second["version"] == 2
          and second["rotatedAt"] > first["rotatedAt"] and second["tags"] == first["tags"], second)
    patched = alice.send("PATCH", path + "/DB", {"tags": [{"key": "team", "value": "ops"}]}).json[0]
    check("4.6", "tags change without the value", patched["tags"][0]["value"] == "ops"
          and patched["rotatedAt"][:26] == second["rotatedAt"][:26], patched)
    shown = alice.get(path).text + alice.get(f"/namespaces/{n}/inherited-secrets").text + json.dumps(patched)
    check("4.6", "no answer has a value", above not in shown, shown)
    sibling, lines = read_secret(alice, "try.secret", "DB")
    check("4.6", "a namespace beside reads nothing", sibling is None, lines)

    key_file = os.path.join(DATA, "credentials", "secrets-master.key")
    if COMMAND and os.path.exists(key_file):
        with open(key_file) as file:
            old = file.read()

        def write(text):
            with open(key_file + ".new", "w", opener=lambda p, f: os.open(p, f, 0o600)) as file:
                file.write(text)
            os.replace(key_file + ".new", key_file)

        def wrapped():
            return [e for e in alice.audit(action="secret.wrap-key")]

        fresh = base64.b64encode(secrets.token_bytes(32)).decode() + "\n"
        write(fresh + old)
        events = until(wrapped, bool, 60)
        check("4.6", "with a new master key, data keys are wrapped anew while the service runs", bool(events), events)
        write(fresh)
        time.sleep(2.5)
        got, lines = read_secret(alice, "try.sec", "DB")
        check("4.6", "the old master key is taken away, and secrets are read", got == sha256(above + "2"), lines)
    else:
        needs_settings("4.6", "rotation of the master key")

    if not COMMAND:
        needs_settings("4.6", "secrets of the environment and of Vault")
        return
    got, lines = read_secret(alice, "try.machine.below", "DB_PASSWORD")
    check("4.6", "a secret of the environment is read where it may be", got == sha256(of_machine), lines)
    got, lines = read_secret(alice, "try.sec", "DB_PASSWORD")
    check("4.6", "and nowhere else", got is None, lines)
    value = "of-vault-" + secrets.token_hex(6)
    vault.put("try.vault", "API", value)
    got, lines = read_secret(alice, "try.vault.below", "API")
    check("4.6", "a secret of Vault is read by a namespace below its own", got == sha256(value), lines)
    vault.put("try.vault", "API", value + "2")
    time.sleep(1.2)
    got, lines = read_secret(alice, "try.vault", "API")
    check("4.6", "a value that Vault has changed is seen", got == sha256(value + "2"), lines)
    vault.stop()
    time.sleep(1.2)
    alice.save(log_flow("try.vault", "waits", "{{ secret('OTHER') }}"))
    execution = alice.start("try.vault", "waits", wait=False).json["id"]
    ended = until(lambda: alice.state(execution), lambda state: state in ("FAILED", "SUCCESS"), 180)
    said = " ".join(line.get("message") or "" for line in alice.get("/logs/" + execution).json)
    check("4.6", "while Vault is away a task fails in the end, and says which backend is away",
          ended == "FAILED" and "'OTHER'" in said and "corporate" in said, f"{ended} {said}")
    check("4.6", "and shows no address and no token", vault.token not in said and str(vault.port) not in said, said)
    vault.start()
    got = until(lambda: read_secret(alice, "try.vault", "API")[0], lambda v: v is not None, 60)
    check("4.6", "when it is back, secrets are read", got == sha256(value + "2"), got)


# --- 7. masking --------------------------------------------------------------------------------------------------------


def masking(alice):
    n = "try.mask"
    value = 'Tr7"/&' + secrets.token_hex(12)
    alice.put(f"/namespaces/{n}/secrets", {"key": "S", "value": value})
    execution, lines = alice.run(f"""id: leaks
namespace: {n}
tasks:
  - id: script
    type: io.kestra.plugin.scripts.shell.Script
    env: {{S: "{{{{ secret('S') }}}}"}}
    script: |
      echo "plain $S"
      echo "base64 $(printf %s "$S" | base64 -w0)"
      echo "inside $(printf 'xx%s' "$S" | base64 -w0)"
      echo "hex $(printf %s "$S" | od -An -tx1 | tr -d ' \\n')"
      printf %s "$S" | fold -w 9
      echo
      echo "::{{\\"outputs\\":{{\\"it\\":\\"$(printf %s "$S" | sed 's/"/\\\\"/')\\"}}}}::"
  - id: url
    type: io.kestra.plugin.core.log.Log
    message: "url {{{{ secret('S') | urlencode }}}} json {{{{ secret('S') | json }}}}"
  - id: out
    type: io.kestra.plugin.core.debug.Return
    format: "it is {{{{ secret('S') }}}}"
  - id: fails
    type: io.kestra.plugin.core.execution.Fail
    errorMessage: "failed with {{{{ secret('S') }}}}"
""")
    whole = json.dumps(execution) + "\n".join(lines) + alice.get("/executions/" + execution["id"]).text \
        + alice.get(f"/logs/{execution['id']}/download").text
    raw = value.encode()
    ways = {"plain": value, "base64": base64.b64encode(raw).decode(), "hex": raw.hex(),
            "within base64": base64.b64encode(b"xx" + raw).decode()[8:-4], "URL-encoded": urllib.parse.quote(value, safe=""),
            "escaped for JSON": json.dumps(value)[1:-1], "a piece of a divided line": value[9:18]}
    for way, text in ways.items():
        check("4.7", f"a secret is masked: {way}", text not in whole, [line for line in lines if text in line])
    check("4.7", "and something is left to see", "plain ******" in lines and "******" in json.dumps(execution["taskRunList"]), lines)
    typed = "typed-" + secrets.token_hex(8)
    execution, lines = alice.run(f"""id: asks
namespace: {n}
inputs: [{{id: password, type: SECRET}}]
tasks:
  - {{id: say, type: io.kestra.plugin.core.log.Log, message: "got {{{{ inputs.password }}}}"}}
  - {{id: hash, type: io.kestra.plugin.core.debug.Return, format: "{{{{ inputs.password | sha256 }}}}"}}
""", password=typed)
    whole = json.dumps(execution) + "\n".join(lines) + alice.get("/executions/" + execution["id"]).text \
        + alice.get(f"/executions/search?namespace={n}").text
    check("4.7", "a SECRET input reaches its task", sha256(typed) in json.dumps(execution["taskRunList"]), execution["taskRunList"])
    check("4.7", "and is masked in every answer", typed not in whole and "got ******" in lines, lines)


# --- 8. isolation ------------------------------------------------------------------------------------------------------


def isolation(alice, ops):
    execution, lines = alice.run("""id: looks
namespace: try.script
tasks:
  - id: s
    type: io.kestra.plugin.scripts.shell.Script
    script: |
      env | sort
      echo "as $(id -u)"
      (cat /proc/$PPID/environ 2>/dev/null || echo none) | tr '\\0' '\\n'
""")
    seen = "\n".join(lines)
    check("4.8", "a script has none of the worker's environment", "MILLRACE_" not in seen.replace("MILLRACE_TASK", "")
          or not COMMAND and "as 0" in seen, [l for l in lines if "MILLRACE_" in l])
    answer = alice.put("/egress", {"allow": ["*"]})
    check("4.8", "an admin doesn't change where tasks connect to", answer.status in (404, 405), answer)
    egress = f"/api/v1/tenants/{TENANT}/egress"
    call("PUT", egress, token=ops, body={"allow": [f"127.0.0.1:{PORT}"], "deny": [], "only": []})
    fetch = """id: fetches
namespace: try.egress
tasks:
  - {id: h, type: io.kestra.plugin.core.http.Request, uri: "%s"}
"""
    execution, lines = alice.run(fetch % f"http://127.0.0.1:{PORT}/ping")
    check("4.8", "what is allowed is reached", execution["state"]["current"] == "SUCCESS", lines)
    call("PUT", egress, token=ops, body={"allow": [], "deny": ["127.0.0.0/8"], "only": []})
    execution, lines = alice.again("try.egress", "fetches")
    check("4.8", "once it is denied, no more", execution["state"]["current"] == "FAILED"
          and any("egress policy" in line for line in lines), lines)
    for url in ("http://169.254.169.254/latest/meta-data", "http://10.0.0.1/", "http://[fe80::1]/", "http://2130706433/",
                f"http://localhost:{PORT}/ping"):
        execution, lines = alice.run(fetch % url)
        check("4.8", f"{url} isn't reached", execution["state"]["current"] == "FAILED"
              and any("egress policy" in line or "Expected an address" in line for line in lines), lines)
    records = until(lambda: alice.audit(action="egress.update"), bool, 10)
    check("4.8", "the change of the policy is in the audit log", bool(records), records)
    if COMMAND and may_run_as_others():
        connect = f"""id: connects
namespace: try.egress
tasks:
  - id: s
    type: io.kestra.plugin.scripts.shell.Commands
    interpreter: [/bin/bash, -c]
    commands:
      - "(exec 3<>/dev/tcp/127.0.0.1/{PORT}) 2>/dev/null && echo reached || echo refused"
"""
        check("4.8", "a script doesn't reach what its tenant may not", "refused" in alice.run(connect)[1])
        call("PUT", egress, token=ops, body={"allow": [f"127.0.0.1:{PORT}"], "deny": [], "only": []})
        check("4.8", "and what it may", "reached" in alice.again("try.egress", "connects")[1])
    else:
        needs_settings("4.8", "the egress policy for scripts (as root, with nftables)")
    call("PUT", egress, token=ops, body={"allow": [], "deny": [], "only": []})


# --- 9. the web --------------------------------------------------------------------------------------------------------


def web(alice):
    answer = alice.get("/flows/search")
    policy = answer.headers.get("Content-Security-Policy", "")
    check("4.9", "an answer of the API may do nothing in a browser", "default-src 'none'" in policy and "sandbox" in policy, policy)
    page = call("GET", "/ui/")
    policy = page.headers.get("Content-Security-Policy", "")
    check("4.9", "a page has scripts of its own origin alone", "script-src 'self'" in policy or "default-src 'self'" in policy, policy)
    check("4.9", "and no inline ones", "unsafe-inline" not in re.sub("style-src[^;]*", "", policy) and "unsafe-eval" not in policy, policy)
    for name, value in (("X-Content-Type-Options", "nosniff"), ("X-Frame-Options", "DENY"), ("Referrer-Policy", "no-referrer"),
                        ("Cache-Control", "no-store")):
        check("4.9", f"{name} is {value}", answer.headers.get(name) == value, answer.headers)
    other = alice.get("/flows/search", headers={"Origin": "https://evil.example"})
    asked = call("OPTIONS", f"/api/v1/{TENANT}/flows/search",
                 headers={"Origin": "https://evil.example", "Access-Control-Request-Method": "GET"})
    check("4.9", "no other origin reads anything", not other.headers.get("Access-Control-Allow-Origin")
          and not asked.headers.get("Access-Control-Allow-Origin"), asked.headers)
    execution, _ = alice.run("""id: writes
namespace: try.web
tasks:
  - {id: w, type: io.kestra.plugin.core.storage.Write, content: "<script>alert(1)</script>", extension: .html}
""")
    uri = (execution["taskRunList"][0].get("outputs") or {}).get("uri", "")
    file = alice.get(f"/executions/{execution['id']}/file?path=" + urllib.parse.quote(uri, safe=""))
    check("4.9", "an artifact comes as an attachment", file.status == 200
          and file.headers.get("Content-Disposition", "").startswith("attachment"), f"{file} {file.headers}")
    check("4.9", "which no browser takes for a page", "text/html" not in file.headers.get("Content-Type", ""), file.headers)
    with socket.create_connection(("127.0.0.1", PORT), 10) as raw:
        raw.sendall((f"POST /api/v1/{TENANT}/namespaces/try.web/files?path=/big HTTP/1.1\r\nHost: localhost\r\n"
                     f"Authorization: Bearer {alice.token}\r\nContent-Type: multipart/form-data; boundary=b\r\n"
                     f"Content-Length: {5 << 30}\r\n\r\n").encode())
        first = raw.recv(1000).decode(errors="replace").split("\r\n")[0]
    check("4.9", "an upload that is too big is refused before it comes", " 413" in first, first)
    folder = tempfile.mkdtemp()
    try:
        import zipfile
        archive = os.path.join(folder, "a.zip")
        with zipfile.ZipFile(archive, "w") as zipped:
            zipped.writestr("../../evil.txt", "x")
        with open(archive, "rb") as content:
            form = b'--b\r\nContent-Disposition: form-data; name="fileContent"; filename="a.zip"\r\n\r\n' + content.read() + b"\r\n--b--\r\n"
        answer = alice.post("/namespaces/try.web/files?path=/a.zip", form, "multipart/form-data; boundary=b")
        listed = alice.get("/namespaces/try.web/files/search?q=").text
        check("4.9", "an archive that climbs out is refused", 400 <= answer.status < 500 and "evil" not in listed, f"{answer} {listed}")
    finally:
        shutil.rmtree(folder)
    for method, path, body, kind in (("POST", "/flows", "a: [", "application/x-yaml"), ("POST", "/bindings", "{", "application/json"),
                                     ("GET", "/flows/search?page=x", None, None), ("GET", "/executions/" + "0" * 22, None, None),
                                     ("PUT", "/quotas", '{"amount":"x"}', "application/json")):
        answer = alice.send(method, path, body, kind)
        told = re.search(r"Exception|\bat io\.|\bat java|org\.springframework|stackTrace|\.java:", answer.text)
        check("4.9", f"{method} {path.split('?')[0]} gone wrong shows nothing of the inside",
              400 <= answer.status < 500 and not told and "problem+json" in answer.headers.get("Content-Type", ""),
              f"{answer} {answer.headers.get('Content-Type')}")


# --- all ---------------------------------------------------------------------------------------------------------------


def section(name, work, *arguments):
    try:
        return work(*arguments)
    except Exception as e:  # the other sections say more
        check(name, "goes through", False, "".join(traceback.format_exception(e)[-3:]))


def remove(ops, alice):
    gone = call("DELETE", f"/api/v1/tenants/{TENANT}", token=ops)
    check("4.3", "an operator removes the tenant", gone.status == 204, gone)
    check("4.3", "nobody gets in any more", alice.get("/flows/search").status == 404)
    again = call("POST", "/api/v1/tenants", token=ops, body={"id": TENANT})
    check("4.3", "its id is never given again", again.status == 409, again)


def main():
    global started
    if "--help" in sys.argv or "-h" in sys.argv:
        print(__doc__)
        return
    vault, folder, of_machine = Vault(), tempfile.mkdtemp(), ""
    try:
        vault.start()
        if COMMAND:
            of_machine = start_suite(vault, folder)
        started = time.time()
        ops = user_token("alice")
        made = call("POST", "/api/v1/tenants", token=ops, body={"id": TENANT, "name": "Tried", "admins": [{"user": "alice"}]})
        if not check("4.3", "an operator makes a tenant with its first admin", made.status == 201, made):
            return
        alice = As(ops)
        try:
            section("4.1", identity, alice, ops)
            section("4.2", internal, alice)
            section("4.3", tenants, alice, ops)
            section("4.3", namespaces, alice)
            section("4.3", quotas, alice, ops)
            section("4.4", access, alice)
            section("4.4", reach, alice)
            section("4.4", approvals, alice)
            section("4.5", audit, alice)
            section("4.6", secrets_, alice, of_machine, vault)
            section("4.7", masking, alice)
            section("4.8", isolation, alice, ops)
            section("4.9", web, alice)
            section("4.3", rate_limit, alice)
            section("4.3", retention, alice)
        finally:
            section("4.3", remove, ops, alice)
        print(f"{passed} checks passed, {len(failed)} failed, {left_out} left out")
        for one in failed:
            print("FAILED " + one)
    finally:
        vault.stop()
        shutil.rmtree(folder)
    sys.exit(1 if failed else 0)


main()
