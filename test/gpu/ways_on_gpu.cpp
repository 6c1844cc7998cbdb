// gpu_ways on a GPU.
#include "mlp/cuda/device.hpp"
#include "ways.hpp"

namespace ghee::gpu {
namespace {
int on_gpu(CommandLine& options) { return time_ways(options, {mlp::cuda::absence, mlp::cuda::open_gpu}); }
}  // namespace
}  // namespace ghee::gpu

int main(int argc, char** argv) { return ghee::gpu::guarded("gpu_ways", ghee::gpu::on_gpu, argc, argv); }
