// gpu_ways on the emulated machine: its times mean nothing, but it runs.
#include "emulated_gpu.hpp"
#include "ways.hpp"

namespace ghee::gpu {
namespace {
int emulated(CommandLine& options)
{
    return time_ways(options, {[] { return std::string(); },
                               []() -> std::unique_ptr<mlp::cuda::Gpu> { return std::make_unique<mlp::cuda::emulated::EmulatedGpu>(); }});
}
}  // namespace
}  // namespace ghee::gpu

int main(int argc, char** argv) { return ghee::gpu::guarded("gpu_ways_emulated", ghee::gpu::emulated, argc, argv); }
