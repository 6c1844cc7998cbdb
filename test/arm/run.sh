#!/usr/bin/env bash
# run.sh BUILD_FOLDER: builds the trainer and its tests for 64-bit Arm and runs what depends on the processor under an emulator, once for
# each instruction set. Exit code 77 and a reason where that cannot be done here.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
build=$1

skip() { echo "skipped: $*"; exit 77; }
first() { for name in "$@"; do command -v "$name" && return 0; done; return 1; }

[ "$(uname -m)" != aarch64 ] || skip "this is such a processor: its kernels are tested as everywhere, by test mlp"
first aarch64-linux-gnu-g++{,-12,-13,-14} >/dev/null || skip "no cross compiler aarch64-linux-gnu-g++ (Debian: g++-aarch64-linux-gnu)"
emulator=$(first qemu-aarch64 qemu-aarch64-static) || skip "no emulator qemu-aarch64 (Debian: qemu-user)"
googletest=/usr/src/googletest
[ -e "$googletest/CMakeLists.txt" ] || skip "no sources of GoogleTest in $googletest (Debian: libgtest-dev)"

cmake -S "$here/cross" -B "$build" -G Ninja -DCMAKE_TOOLCHAIN_FILE="$here/cross/aarch64-linux-gnu.cmake" -DGHEE_GOOGLETEST="$googletest" \
    -DCMAKE_CXX_FLAGS=-O1 >"$build.log" 2>&1 || { cat "$build.log"; exit 1; }
cmake --build "$build" --target test_mlp

export QEMU_LD_PREFIX=/usr/aarch64-linux-gnu
run() { # processor, the instruction set it must choose, as tests name it
    local tests="*cpu_$2_*:*/cpu_$2:*VectorFunctions*:Fillers*:Allocation*:Locks*:All/Threads.*/0:*Sweep.OfGradients/width_13"
    "$emulator" -cpu "$1" "$build/test_mlp/test_mlp" --gtest_brief=1 --gtest_filter="$tests" || return 1
    # A filter that finds nothing passes.
    [[ "$("$emulator" -cpu "$1" "$build/test_mlp/test_mlp" --gtest_list_tests --gtest_filter="$tests")" == *cpu_$2_width_70* ]] ||
        { echo "this processor did not get the kernels for $2"; return 1; }
}
jobs=()
start() {
    run "$@" >"$build/$2.log" 2>&1 &
    jobs+=("$!:$2")
}
start cortex-a72 neon
start max,sve-default-vector-length=32 sve_256
start max,sve-default-vector-length=64 sve_512
failed=0
for job in "${jobs[@]}"; do
    wait "${job%%:*}" || failed=1
    echo "== ${job#*:}"
    cat "$build/${job#*:}.log"
done
exit $failed
