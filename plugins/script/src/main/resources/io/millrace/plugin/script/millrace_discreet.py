# SPDX-License-Identifier: Apache-2.0
"""Prints what Ansible prints, but for what modules answer."""

from ansible.plugins.callback.default import CallbackModule as Default

DOCUMENTATION = """
    name: millrace_discreet
    type: stdout
    short_description: which task ended how on which host
    description: As the default, without the answers of modules and the items of loops.
    extends_documentation_fragment:
      - default_callback
      - result_format_callback
"""


class CallbackModule(Default):
    CALLBACK_VERSION = 2.0
    CALLBACK_TYPE = "stdout"
    CALLBACK_NAME = "millrace_discreet"

    def _dump_results(self, result, *args, **kwargs):
        shown = {key: result[key] for key in ("changed", "msg") if key in result}
        if not (result.get("failed") or result.get("unreachable")):
            shown.pop("msg", None)
        return super()._dump_results(shown, *args, **kwargs)

    def _get_item_label(self, result):
        return "item"

    def _handle_exception(self, result, *args, **kwargs):
        result.pop("exception", None)

    def _handle_warnings(self, result):
        pass

    def v2_on_file_diff(self, result):
        pass
