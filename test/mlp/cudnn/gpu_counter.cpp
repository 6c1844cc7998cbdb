// Calls by cuBLASLt and cuDNN on this machine's GPU.
#include "counters.hpp"
#include "mlp/cuda/device.hpp"
#include "mlp/cudnn/vendor.hpp"

namespace ghee::mlp::cudnn::test {
std::vector<Counter> counters()
{
    auto const open = []
    {
        auto gpu = cuda::open_gpu();
        auto math = vendor_math(*gpu, static_cast<cudaStream_t>(cuda::stream_of(*gpu)));
        return Open{std::move(gpu), std::move(math)};
    };
    return {{"vendor", cuda::absence, open}};
}
}  // namespace ghee::mlp::cudnn::test
