#!/bin/sh
# sanitized.sh REPORTS COMMAND...: runs a test of a sanitized build. Each of its processes writes what its sanitizer finds to REPORTS.PID,
# and any such file fails the test, whatever the process's parent made of its exit code. Daemons that outlive the test are waited for.
reports=$1
shift
mkdir -p "$(dirname "$reports")"
rm -f "$reports".*

status=0
env ASAN_OPTIONS="log_path=$reports:detect_stack_use_after_return=1${ASAN_OPTIONS:+:$ASAN_OPTIONS}" \
    UBSAN_OPTIONS="log_path=$reports:print_stacktrace=1" \
    LSAN_OPTIONS="print_suppressions=0${LSAN_OPTIONS:+:$LSAN_OPTIONS}" \
    TSAN_OPTIONS="log_path=$reports:second_deadlock_stack=1${TSAN_OPTIONS:+:$TSAN_OPTIONS}" \
    "$@" || status=$?

running() { # programs of ghee that this test started, directly or not
    for environment in $(grep -lsaF "_OPTIONS=log_path=$reports:" /proc/[0-9]*/environ); do
        case $(readlink "${environment%environ}exe") in */ghee | */ghee-powerd) echo "${environment%/environ}" ;; esac
    done
}
tries=600  # a private daemon to which nobody came stays for 30 s
while [ -n "$(running)" ]; do
    tries=$((tries - 1))
    [ $tries -gt 0 ] || { echo "still running 60 s after the test:" $(running); status=1; break; }
    sleep 0.1
done

# What the address sanitizer says of every program with fibers (test/mlp/cuda) is no finding.
fibers="WARNING: ASan doesn't fully support makecontext/swapcontext"
for report in "$reports".*; do
    [ -e "$report" ] && grep -qvF "$fibers" "$report" || continue
    echo "$report:"
    cat "$report"
    status=1
done
exit $status
