#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Big flows on a running suite: how long they take, and what memory they hold while they run.

usage: bench/scale.py [--lines 1000000] [--values 10000]

Each flow runs twice: once for its time, and once while every two seconds a full garbage collection is forced
(jcmd GC.run) and what is left in the heap is read (jcmd GC.heap_info), with the process's resident memory beside it.
Needs ./millrace up on this machine (one process, Linux), and no more than Python 3.11.
"""
import argparse, datetime, json, os, pathlib, re, subprocess, sys, threading, time, urllib.error, urllib.request

ROOT = pathlib.Path(__file__).resolve().parent.parent
BASE = os.environ.get("MILLRACE_URL", "http://localhost:" + os.environ.get("MILLRACE_PORT", "8080"))
NAMESPACE = "company.team"
CORE = "io.kestra.plugin.core."


def token():
    return subprocess.run([ROOT / "millrace", "token"], capture_output=True, text=True, check=True).stdout.split()[-1]


def call(method, path, body=None, content_type="application/json"):
    request = urllib.request.Request(BASE + "/api/v1/main/" + path, data=body, method=method)
    request.add_header("Authorization", "Bearer " + TOKEN)
    if body is not None:
        request.add_header("Content-Type", content_type)
    try:
        with urllib.request.urlopen(request) as answer:
            text = answer.read()
    except urllib.error.HTTPError as e:
        raise SystemExit(f"{method} {path}: {e.code} {e.read().decode()[:500]}")
    return json.loads(text) if text else None


def deploy(flow_id, body):
    source = f"id: {flow_id}\nnamespace: {NAMESPACE}\n{body}"
    call("POST", f"flows/bulk?delete=false&namespace={NAMESPACE}", source.encode(), "application/x-yaml")


def at(text):
    return datetime.datetime.fromisoformat(text.replace("Z", "+00:00"))


def run(flow_id, task, inputs):
    """Runs a flow; gives the seconds that one of its task runs took, and the execution."""
    boundary = "scale"
    form = "".join(f'--{boundary}\r\nContent-Disposition: form-data; name="{k}"\r\n\r\n{v}\r\n' for k, v in inputs.items())
    started = call("POST", f"executions/{NAMESPACE}/{flow_id}", f"{form}--{boundary}--\r\n".encode(),
                   f"multipart/form-data; boundary={boundary}")
    while True:
        state = call("GET", f"executions/{started['id']}")["state"]
        if state["current"] in ("SUCCESS", "WARNING", "FAILED", "KILLED", "CANCELLED"):
            break
        time.sleep(1)
    execution = call("GET", f"executions/{started['id']}")
    if execution["state"]["current"] != "SUCCESS":
        raise SystemExit(f"{flow_id} {inputs}: {execution['state']['current']}, execution {started['id']}")
    if task is None:
        span = execution["state"]
    else:
        span = next(r for r in execution["taskRunList"] if r["taskId"] == task)["state"]
    histories = span["histories"]
    return (at(histories[-1]["date"]) - at(histories[0]["date"])).total_seconds(), execution


def jcmd(pid, *arguments):
    tool = pathlib.Path(f"/proc/{pid}/exe").resolve().parent / "jcmd"
    return subprocess.run([tool, str(pid), *arguments], capture_output=True, text=True).stdout


class Memory(threading.Thread):
    """Live heap and resident memory of the suite, in MiB, until stop()."""

    def __init__(self, pid):
        super().__init__(daemon=True)
        self.pid, self.live, self.resident, self.done = pid, [], [], threading.Event()

    def sample(self):
        jcmd(self.pid, "GC.run")
        info = jcmd(self.pid, "GC.heap_info")
        self.live.append(sum(int(k) for k in re.findall(r"(?:total reserved.*?, )?used (\d+)K", heap_part(info))) / 1024)
        status = pathlib.Path(f"/proc/{self.pid}/status").read_text()
        self.resident.append(int(re.search(r"VmRSS:\s+(\d+)", status)[1]) / 1024)

    def run(self):
        while not self.done.wait(2):
            self.sample()

    def stop(self):
        self.done.set()
        self.join()


def heap_part(info):
    """The lines on the heap; what is said of classes follows them."""
    return info.split("Metaspace")[0]


def suite_pid():
    for entry in pathlib.Path(os.environ.get("MILLRACE_DATA", ROOT / ".data"), "run").glob("*.pid"):
        if entry.stem not in ("postgres", "rabbitmq"):
            return int(entry.read_text())
    raise SystemExit("no suite runs here")


def deep():
    tasks = []
    for i in range(40):
        tasks.append(f"""
  - id: parallel_{i}
    type: {CORE}flow.Parallel
    tasks:
      - id: if_{i}
        type: {CORE}flow.If
        condition: "{{{{ true }}}}"
        then:
          - id: each_{i}
            type: {CORE}flow.ForEach
            values: [a]
            tasks:
              - id: allow_{i}
                type: {CORE}flow.AllowFailure
                tasks:
                  - id: switch_{i}
                    type: {CORE}flow.Switch
                    value: "{{{{ parents[0].taskrun.value }}}}"
                    cases:
                      a:
                        - {{id: leaf_{i}, type: {CORE}debug.Return, format: x}}""")
    return "tasks:" + "".join(tasks) + "\n"


LOOP = f"""
inputs: [{{id: values, type: INT}}]
tasks:
  - id: each
    type: {CORE}flow.ForEach
    concurrencyLimit: 16
    values: "{{{{ range(1, inputs.values) }}}}"
    tasks: [{{id: one, type: {CORE}debug.Return, format: "{{{{ taskrun.value }}}}"}}]
"""
CHILD = f"""
inputs: [{{id: items, type: FILE}}]
tasks: [{{id: size, type: {CORE}storage.Size, uri: "{{{{ inputs.items }}}}"}}]
outputs: [{{id: bytes, type: INT, value: "{{{{ outputs.size.size }}}}"}}]
"""
BATCHES = f"""
inputs: [{{id: lines, type: INT}}]
tasks:
  - id: make
    type: io.kestra.plugin.scripts.shell.Script
    outputFiles: [lines.txt]
    script: seq 1 {{{{ inputs.lines }}}} > lines.txt
  - id: each
    type: {CORE}flow.ForEachItem
    items: "{{{{ outputs.make.outputFiles['lines.txt'] }}}}"
    batch: {{rows: 1000}}
    namespace: {NAMESPACE}
    flowId: scale-child
    inputs: {{items: "{{{{ taskrun.items }}}}"}}
"""


def measure(name, flow_id, task, inputs, pid):
    seconds, _ = run(flow_id, task, inputs)
    memory = Memory(pid)
    memory.sample()
    before = memory.live[0]
    memory.start()
    run(flow_id, task, inputs)
    memory.stop()
    memory.sample()
    print(f"| {name} | {seconds:.1f} s | {before:.0f} | {max(memory.live):.0f} | {memory.live[-1]:.0f} |"
          f" {max(memory.resident):.0f} | {len(memory.live)} |", flush=True)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--lines", type=int, default=1_000_000)
    parser.add_argument("--values", type=int, default=10_000)
    arguments = parser.parse_args()
    pid = suite_pid()
    deploy("scale-deep", deep())
    deploy("scale-loop", LOOP)
    deploy("scale-child", CHILD)
    deploy("scale-batches", BATCHES)
    run("scale-loop", "each", {"values": 1000})  # warm
    run("scale-batches", "each", {"lines": 20_000})
    print("| flow | time | live heap before, MiB | most while it runs | after | resident, most | samples |")
    print("| --- | --- | --- | --- | --- | --- | --- |")
    measure("200 flow control tasks, six levels deep, 40 leaves", "scale-deep", None, {}, pid)
    for part in (10, 3, 1):
        values = arguments.values // part
        measure(f"ForEach over {values:,} values, 16 at a time, pure task", "scale-loop", "each", {"values": values}, pid)
    for part in (10, 3, 1):
        lines = arguments.lines // part
        measure(f"ForEachItem over {lines:,} lines in batches of 1,000", "scale-batches", "each", {"lines": lines}, pid)


if __name__ == "__main__":
    TOKEN = token()
    main()
