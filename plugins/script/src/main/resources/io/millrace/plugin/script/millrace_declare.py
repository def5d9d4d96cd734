#!/usr/bin/python
# SPDX-License-Identifier: Apache-2.0
"""Declares outputs of the task that runs Ansible."""

from ansible.module_utils.basic import AnsibleModule

DOCUMENTATION = """
module: millrace
short_description: Declare outputs
description:
  - Each value becomes one of C(vars.outputs) of the task that runs Ansible.
  - Where several hosts declare the same, the last one counts.
options:
  outputs:
    description: Values by their names.
    type: dict
    required: true
"""


def main():
    module = AnsibleModule(
        argument_spec=dict(outputs=dict(type="dict", required=True)),
        supports_check_mode=True,
    )
    module.exit_json(changed=False, outputs=module.params["outputs"])


if __name__ == "__main__":
    main()
