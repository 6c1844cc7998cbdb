// What the module of the cuda backend exports.
#include "mlp/module.hpp"

#include "mlp/cuda/cuda.hpp"

ghee::mlp::Module const* ghee_backend_module()
{
    static std::string const built_as = ghee::mlp::stamp();
    static ghee::mlp::Module const module{built_as.c_str(), ghee::mlp::cuda::backend()};
    return &module;
}
