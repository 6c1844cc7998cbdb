// One run, complete: what was asked, what happened, what it cost, and the samples that prove it.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "record/account.hpp"
#include "record/configuration.hpp"
#include "record/trace.hpp"
#include "record/training.hpp"

namespace ghee {

/// An attempt that did not count: its child crashed, hung or was killed, and the run was tried again.
struct FailedAttempt
{
    int attempt = 0;  ///< 1 is the first
    std::string node;
    std::string reason;
    Seconds seconds{};
    bool operator==(FailedAttempt const&) const = default;
};

struct RunReport
{
    Task task;
    Outcome outcome = Outcome::failed;
    std::string reason;  ///< empty when ok
    int attempt = 1;
    std::string node;
    int worker = 0;  ///< rank
    std::int64_t start_unix_ns = 0;
    Instant start{};  ///< of the child, on the node's monotonic clock; traces in the file are relative to it
    Instant end{};    ///< child gone
    TrainingResult training;
    std::string metrics;  ///< JSON object a command reported; empty: none
    std::vector<Mark> marks;
    std::string meter;  ///< the primary channels, joined by '+'; empty: unmetered
    std::vector<EnergyAccount> accounts;
    std::vector<Trace> traces;
    std::vector<int> cpus;          ///< the child was pinned to these
    std::vector<std::string> gpus;  ///< it was given these, as its CUDA_VISIBLE_DEVICES names them
    std::string device_meter;       ///< the channels of the account "device", joined by '+'; empty: none
    std::vector<FailedAttempt> failed_attempts;

    bool operator==(RunReport const&) const = default;
};

}  // namespace ghee
