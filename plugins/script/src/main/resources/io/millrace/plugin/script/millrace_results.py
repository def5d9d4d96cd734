# SPDX-License-Identifier: Apache-2.0
"""Tells what each task of each play did on each host, a JSON object a line."""

import json
import os

from ansible.plugins.callback import CallbackBase

DOCUMENTATION = """
    name: millrace_results
    type: aggregate
    short_description: results by host for the task that runs Ansible
    description: Writes results to the file that MILLRACE_ANSIBLE_RESULTS names.
"""

LONGEST = 8192

# only what playbooks declare is shown of the answers of modules
EXPLICIT = os.environ.get("MILLRACE_ANSIBLE_OUTPUTS") == "EXPLICIT"

# the module that declares, as playbooks may name it
DECLARING = ("millrace", "kestra", "ansible.legacy.millrace", "ansible.legacy.kestra")


def cut(value):
    if isinstance(value, str):
        return value if len(value) <= LONGEST else value[:LONGEST] + " (cut)"
    if isinstance(value, dict):
        return {str(k): cut(v) for k, v in value.items() if not str(k).startswith("_ansible")}
    if isinstance(value, (list, tuple)):
        return [cut(v) for v in value[:100]]
    return value if isinstance(value, (bool, int, float, type(None))) else str(value)[:LONGEST]


def of(result, what):
    """Its `host`, `task` or `result`: those with an underscore are deprecated from core 2.19 on."""
    return getattr(result, what) if hasattr(result, what) else getattr(result, "_" + what)


class CallbackModule(CallbackBase):
    CALLBACK_VERSION = 2.0
    CALLBACK_TYPE = "aggregate"
    CALLBACK_NAME = "millrace_results"
    CALLBACK_NEEDS_ENABLED = True

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        path = os.environ.get("MILLRACE_ANSIBLE_RESULTS")
        self.file = open(path, "a", encoding="utf-8") if path else None
        if self.file is None:
            self.disabled = True

    def say(self, what, **fields):
        if self.file is not None:
            self.file.write(json.dumps(dict(what=what, **fields), default=str) + "\n")
            self.file.flush()

    def v2_playbook_on_start(self, playbook):
        self.say("playbook", name=os.path.basename(playbook._file_name))

    def v2_playbook_on_play_start(self, play):
        self.say("play", name=play.get_name())

    def v2_playbook_on_task_start(self, task, is_conditional):
        self.say("task", name=task.get_name(), action=task.action, id=str(task._uuid))

    v2_playbook_on_cleanup_task_start = lambda self, task: self.v2_playbook_on_task_start(task, False)
    v2_playbook_on_handler_task_start = lambda self, task: self.v2_playbook_on_task_start(task, False)

    def host(self, status, result):
        values = of(result, "result")
        if of(result, "task").no_log or values.get("censored"):
            shown = {"censored": True}
        elif EXPLICIT:
            shown = {"changed": bool(values.get("changed"))}
            if status in ("failed", "ignored", "unreachable") and "msg" in values:
                shown["msg"] = cut(values["msg"])
        else:
            shown = cut({k: v for k, v in values.items() if k not in ("invocation", "ansible_facts")})
        self.say(
            "host",
            task=str(of(result, "task")._uuid),
            host=of(result, "host").get_name(),
            status="changed" if status == "ok" and values.get("changed") else status,
            result=shown,
        )

    def declare(self, result):
        task = of(result, "task")
        if task.action not in DECLARING or task.no_log:
            return
        declared = of(result, "result").get("outputs")
        if isinstance(declared, dict):
            self.say("declared", result=cut(declared))
        elif "results" in of(result, "result"):
            self._display.warning("What is declared in a loop is no output: declare all at once")

    def v2_runner_on_ok(self, result):
        self.host("ok", result)
        self.declare(result)

    def v2_runner_on_failed(self, result, ignore_errors=False):
        self.host("ignored" if ignore_errors else "failed", result)

    def v2_runner_on_unreachable(self, result):
        self.host("unreachable", result)

    def v2_runner_on_skipped(self, result):
        self.host("skipped", result)

    def v2_playbook_on_stats(self, stats):
        for host in sorted(stats.processed.keys()):
            self.say("stats", host=host, **stats.summarize(host))
