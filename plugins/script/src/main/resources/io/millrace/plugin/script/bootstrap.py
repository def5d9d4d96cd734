# SPDX-License-Identifier: Apache-2.0
# Waits for one request on the standard input, becomes what it asks for, runs its script, ends.
import io, json, os, resource, sys, types


def _main():
    os.setsid()
    request = sys.stdin.buffer.read()
    if not request:
        os._exit(0)
    request = json.loads(request)
    null = os.open(os.devnull, os.O_RDONLY)
    os.dup2(null, 0)
    os.close(null)
    sys.stdin = sys.__stdin__ = io.TextIOWrapper(io.FileIO(0, closefd=False))
    os.environ.clear()
    os.environ.update(request["environment"])
    os.chdir(request["directory"])
    limits = ((resource.RLIMIT_CORE, -1), (resource.RLIMIT_DATA, request["memory"]),
              (resource.RLIMIT_NPROC, request["processes"]),
              (resource.RLIMIT_FSIZE, request["fileSize"]))
    for what, value in limits:
        if value:
            hard = resource.getrlimit(what)[1]
            value = max(value, 0)
            value = value if hard == resource.RLIM_INFINITY else min(value, hard)
            resource.setrlimit(what, (value, value))
    return request["script"]


def _load(path):
    with open(path, "rb") as file:
        code = compile(file.read(), path, "exec", dont_inherit=True)
    module = types.ModuleType("__main__")
    module.__file__ = path
    module.__builtins__ = __builtins__
    sys.argv = [path]
    sys.path[0] = os.path.dirname(path)
    sys.modules["__main__"] = module

    def hook(kind, value, trace):
        # without the frame of this file
        sys.__excepthook__(kind, value, trace and trace.tb_next)

    sys.excepthook = hook
    return code, module.__dict__


exec(*_load(_main()))
