// One child of a worker, from start to end: what it reported, how it ended, and whether another try makes sense.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "base/clock.hpp"
#include "campaign/abort.hpp"
#include "record/training.hpp"
#include "sys/process.hpp"

namespace ghee::campaign {

struct ChildReport
{
    std::int64_t start_unix_ns = 0;
    Instant start{};
    Instant end{};  ///< seen to be gone
    std::vector<Mark> marks;
    TrainingResult training;
    std::string metrics;  ///< JSON object of what a command reported; empty: nothing
    Outcome outcome = Outcome::failed;
    std::string reason;       ///< empty when ok
    bool may_retry = false;   ///< it crashed, hung or was killed; false: it said itself why it cannot
    bool broken_off = false;  ///< by `abort`; the rest says nothing
};

/// Starts it, reads what it says on GHEE_FD (docs/reference/workload-protocol.md), ends it at the deadline or when asked to. Blocks
/// until it is gone. `command.report_fd` is filled here. A child that reports a result in JSON lines and ends with code 0 is ok.
/// The log in `command.output` is removed when the child is ok. Never throws for what the child does or cannot do.
ChildReport run_child(sys::Command command, Seconds deadline, Abort const& abort);

}  // namespace ghee::campaign
