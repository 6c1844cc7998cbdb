// Stands for our own CUDA kernels where they are not built: refuses everything and says so.
#include "mlp/cuda.hpp"

#include "base/contract.hpp"

namespace ghee::mlp {

namespace {
std::string absence()
{
    return "this version of ghee has no cuda backend yet, with or without -DGHEE_CUDA=ON; train with device = \"cpu\", or measure a GPU "
           "program of your own as a [workload]";
}
}  // namespace

Backend cuda_backend()
{
    return {.name = "cuda",
            .device = Device::gpu,
            .absence = absence,
            .refuses = [](TrainerSpec const&) { return absence(); },
            .make = [](TrainerSpec const&) -> std::unique_ptr<Trainer>
            {
                GHEE_EXPECT(!"a backend that refuses was asked to train");
                return nullptr;
            }};
}

}  // namespace ghee::mlp
