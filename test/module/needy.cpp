// A module that needs a vendor's library.
#include "mlp/module.hpp"
#include "mlp/reference/reference.hpp"

int vendor_is_new();

namespace {
std::string absence() { return vendor_is_new() == 2 ? "" : "a vendor that cannot count"; }
}  // namespace

ghee::mlp::Module const* ghee_backend_module()
{
    using namespace ghee::mlp;
    static std::string const built_as = stamp();
    static Module const module{built_as.c_str(),
                               {.name = "cuda",
                                .device = ghee::Device::gpu,
                                .absence = absence,
                                .refuses = [](TrainerSpec const&) { return absence(); },
                                .make = reference_backend().make}};
    return &module;
}
