// Which GPUs a process started here may use, named so that no numbering can be mistaken.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "record/node.hpp"

namespace ghee::sys {

/// The value of a variable of the environment; nothing: not set.
using Variables = std::function<std::optional<std::string>(char const*)>;
Variables own_variables();

/// Entries for CUDA_VISIBLE_DEVICES, one per GPU (or MIG instance): its UUID; its number as it was given where which GPU that is cannot be
/// told for sure. Of `gpus` (in the order of PCI addresses) those that an existing CUDA_VISIBLE_DEVICES, else GPU_DEVICE_ORDINAL, allows;
/// under Slurm its numbers count within the job, and SLURM_STEP_GPUS or SLURM_JOB_GPUS says which devices those are.
std::vector<std::string> visible_gpus(std::vector<Gpu> const& gpus, Variables const& variables);

}  // namespace ghee::sys
