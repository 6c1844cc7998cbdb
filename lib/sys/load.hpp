// How busy the node is, whoever keeps it busy.
#pragma once

#include <filesystem>
#include <optional>

#include "base/quantity.hpp"

namespace ghee::sys {

/// Processor time of all programs of the node since boot, summed over its CPUs, in steps of a tick (usually 10 ms).
/// Idle, waiting for I/O and stolen time are not in it. Empty where `proc`/stat cannot be read or is not of that form.
std::optional<Seconds> node_busy_time(std::filesystem::path const& proc = "/proc");

}  // namespace ghee::sys
