// Words an energy account may carry as flags, and words a source may say of its faults: the one list of each.
#pragma once

#include <array>
#include <string_view>

namespace ghee {

/// docs/method/energy.md says what each means (a test compares it).
namespace flag {
inline constexpr char const* estimated = "estimated";
inline constexpr char const* estimate_without_gpu = "estimate_without_gpu";
inline constexpr char const* partial = "partial";
inline constexpr char const* few_samples = "few_samples";
inline constexpr char const* no_baseline = "no_baseline";
inline constexpr char const* one_baseline = "one_baseline";
inline constexpr char const* baseline_drift = "baseline_drift";
inline constexpr char const* busy_baseline = "busy_baseline";
inline constexpr char const* busy_node = "busy_node";
inline constexpr char const* short_window = "short_window";
inline constexpr char const* above_target = "above_target";
inline constexpr char const* apportioned = "apportioned";
inline constexpr char const* meters_diverge = "meters_diverge";
inline constexpr char const* shared_meter = "shared_meter";
inline constexpr char const* replica_share = "replica_share";
inline constexpr char const* fault = "fault:";  ///< with one of the words below behind it
inline constexpr std::array<std::string_view, 16> all{estimated,      estimate_without_gpu, partial,       few_samples,  no_baseline,  one_baseline,
                                                      baseline_drift, busy_baseline,        busy_node,     short_window, above_target, apportioned,
                                                      meters_diverge, shared_meter,         replica_share, fault};
}  // namespace flag

namespace fault_word {
inline constexpr char const* reset = "reset";
inline constexpr char const* backward = "backward";
inline constexpr char const* absurd = "absurd";
inline constexpr char const* gap = "gap";
inline constexpr char const* read_error = "read_error";
inline constexpr char const* end_of_trace = "end_of_trace";
inline constexpr std::array<std::string_view, 6> all{reset, backward, absurd, gap, read_error, end_of_trace};
}  // namespace fault_word

}  // namespace ghee
