// The cudnn backend as a module.
#include "mlp/cudnn/cudnn.hpp"

#include "mlp/cuda/device.hpp"
#include "mlp/cudnn/trainer.hpp"
#include "mlp/cudnn/vendor.hpp"

namespace ghee::mlp::cudnn {

namespace {
std::string refuses(TrainerSpec const& spec)
{
    // First what no GPU helps, so that nobody goes to look for one in vain.
    if (std::string why = refusal(spec, cuda::newest_gpu()); !why.empty())
        return why;
    if (std::string why = cuda::absence(); !why.empty())
        return why;
    if (std::string why = cuda::foreign_code(); !why.empty())
        return why;
    return refusal(spec, cuda::facts());
}

std::unique_ptr<Trainer> make(TrainerSpec const& spec)
{
    auto gpu = cuda::open_gpu();
    auto math = vendor_math(*gpu, static_cast<cudaStream_t>(cuda::stream_of(*gpu)));
    return std::make_unique<CudnnTrainer>(spec, std::move(gpu), std::move(math), kernels());
}
}  // namespace

Backend backend()
{
    return {
        .name = "cudnn", .device = Device::gpu, .absence = cuda::absence, .refuses = refuses, .make = make, .memory_bytes = CudnnTrainer::bytes_of};
}

}  // namespace ghee::mlp::cudnn
