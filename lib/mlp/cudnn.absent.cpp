// Stands for the vendor's GPU libraries where they are not built: refuses everything and says so.
#include "mlp/cudnn.hpp"

#include "base/contract.hpp"

namespace ghee::mlp {

namespace {
std::string absence()
{
    return "this version of ghee has no cudnn backend yet, with or without -DGHEE_CUDA=ON; train with device = \"cpu\", or measure a GPU "
           "program of your own as a [workload]";
}
}  // namespace

Backend cudnn_backend()
{
    return {.name = "cudnn",
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
