// The cuda backend as a module.
#include "mlp/cuda/cuda.hpp"

#include "mlp/cuda/device.hpp"
#include "mlp/cuda/trainer.hpp"

namespace ghee::mlp::cuda {

namespace {
std::string refuses(TrainerSpec const& spec)
{
    // First what no GPU helps, so that nobody goes to look for one in vain.
    if (std::string why = refusal(spec, newest_gpu()); !why.empty())
        return why;
    if (std::string why = absence(); !why.empty())
        return why;
    if (std::string why = foreign_code(); !why.empty())
        return why;
    return refusal(spec, facts());
}
}  // namespace

Backend backend()
{
    return {.name = "cuda",
            .device = Device::gpu,
            .absence = absence,
            .refuses = refuses,
            .make = [](TrainerSpec const& spec) -> std::unique_ptr<Trainer>
            { return std::make_unique<CudaTrainer>(spec, open_gpu(), all_kernels()); },
            .memory_bytes = bytes_for};
}

}  // namespace ghee::mlp::cuda
