// How long form solo takes for a step in each way in which its threads may share the work, and with each chunk: what lib/mlp/cuda/solo/plan.cpp
// reckons, measured.
#pragma once

#include <memory>
#include <string>

#include "mlp/cuda/gpu.hpp"
#include "subjects.hpp"

namespace ghee::gpu {

/// Where the networks are trained.
struct Place
{
    std::string (*absence)() = nullptr;
    std::unique_ptr<mlp::cuda::Gpu> (*open)() = nullptr;
};

/// A line of JSON a cell, number of replicas, chunk and way. Exit code 1 where one failed, 3 where not all ran, 77 where there is no GPU.
int time_ways(CommandLine&, Place const&);

}  // namespace ghee::gpu
