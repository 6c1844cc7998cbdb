// Calls by plain loops.
#include "counters.hpp"
#include "emulated_gpu.hpp"
#include "naive_math.hpp"

namespace ghee::mlp::cudnn::test {
std::vector<Counter> counters()
{
    auto const open = []
    {
        auto gpu = std::make_unique<cuda::emulated::EmulatedGpu>();
        auto math = std::make_unique<NaiveMath>(*gpu, std::make_shared<Shop>());
        return Open{std::move(gpu), std::move(math)};
    };
    return {{"plain_loops", [] { return std::string(); }, open}};
}
}  // namespace ghee::mlp::cudnn::test
