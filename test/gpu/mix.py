"""What the compiler made of each kernel: registers, stack, shared memory, and how many of some instructions.

usage: mix.py CUOBJDUMP FILE.so...    a line of JSON per kernel. LDL and STL are reads and writes of what did not fit into registers."""

import json
import re
import shutil
import subprocess
import sys

COUNTED = ("FFMA", "HMMA", "HGMMA", "LDL", "STL", "LDGSTS", "LDG", "STG", "LDS", "STS", "BAR", "MUFU")


def output(*command):
    return subprocess.run(command, stdout=subprocess.PIPE, text=True, errors="replace", check=True).stdout


def readable(names):
    """Their C++ names without what all have in common."""
    if not names or shutil.which("c++filt") is None:
        return dict(zip(names, names))
    plain = subprocess.run(["c++filt"], input="\n".join(names), stdout=subprocess.PIPE, text=True, check=True).stdout.splitlines()
    return {name: short(text) for name, text in zip(names, plain)}


def short(text):
    text = text.removeprefix("void ").replace("ghee::mlp::", "").replace("cuda::", "")
    text = re.sub(r"\(.*\)$", "", text)
    text = re.sub(r"^kernel<(.*?)\s*>$", r"\1", text)
    return re.sub(r"\s+", " ", text)


def resources(text):
    """Mangled name to registers, stack bytes and shared bytes."""
    found = {}
    for name, usage in re.findall(r"Function (\S+?):\s*\n\s*(REG:.*)", text):
        values = dict(re.findall(r"(\w+):(\d+)", usage))
        found[name] = {"registers": int(values.get("REG", 0)), "stack_bytes": int(values.get("STACK", 0)), "shared_bytes": int(values.get("SHARED", 0))}
    return found


def instructions(text):
    """Mangled name to the number of instructions and of those that are counted."""
    found, counts = {}, None
    for line in text.splitlines():
        if match := re.search(r"Function : (\S+)", line):
            counts = found.setdefault(match.group(1), {"instructions": 0, **dict.fromkeys(COUNTED, 0)})
        elif match := re.match(r"\s*/\*[0-9a-f]+\*/\s+(?:@!?U?P\w+\s+)?([A-Z][A-Z0-9]*)", line):
            counts["instructions"] += 1
            if match.group(1) in counts:
                counts[match.group(1)] += 1
    return found


def main():
    tool, files = sys.argv[1], sys.argv[2:]
    for file in files:
        usage, mix = resources(output(tool, "-res-usage", file)), instructions(output(tool, "-sass", file))
        names = readable(sorted(set(usage) | set(mix)))
        for mangled, name in sorted(names.items(), key=lambda one: one[1]):
            module = re.sub(r"^.*libghee_|\.so$", "", file)
            print(json.dumps({"kind": "kernel", "module": module, "name": name, **usage.get(mangled, {}), **mix.get(mangled, {})}))


if __name__ == "__main__":
    main()
