"""Reads from a build of the suite what headers it was made from: the project's, the compiler's, the C library's and CUDA's, and no other's.

usage: foreign_headers.py BUILD SOURCE    exit code 1 and a line per header where there is another. Needs a build by ninja."""

import os
import re
import subprocess
import sys

# Packages of the C library and the kernel: `dpkg -S` would tell, but not on every machine.
SYSTEM = re.compile(
    r"^/usr/include/(c\+\+|(x86_64|aarch64)-linux-gnu/(c\+\+|bits|gnu|sys|asm)|bits|gnu|sys|asm|asm-generic|linux|[a-z0-9_-]+\.h$)|^/usr/lib/(gcc|llvm)|^/usr/include/[a-z0-9_]+-linux-gnu/[a-z_]+\.h$"
)
FOREIGN = re.compile(r"^(/usr/include|/usr/local/include)/(zlib|hwloc|hdf5|H5\w*|mpi|curl|fmt|spdlog|nlohmann|toml\+\+|boost|gtest|gmock|benchmark|openssl)[/.]")


def main():
    build, source = (os.path.realpath(path) for path in sys.argv[1:])
    told = subprocess.run(["ninja", "-C", build, "-t", "deps"], stdout=subprocess.PIPE, text=True, check=True).stdout
    headers = {os.path.normpath(os.path.join(build, line.strip())) for line in told.splitlines() if line.startswith("    ")}
    cuda = [header for header in headers if "/cuda" in header and not header.startswith(source)]
    strange = sorted(
        header for header in headers
        if not header.startswith((source, build)) and header not in cuda and (FOREIGN.match(header) or not SYSTEM.match(header)) and "cudnn" not in os.path.basename(header)
    )  # fmt: skip
    if len(headers) < 50:
        sys.exit(f"foreign_headers.py: only {len(headers)} headers are known of {build} (was it built by ninja?)")
    for header in strange:
        print(header)
    sys.exit(1 if strange else 0)


if __name__ == "__main__":
    main()
