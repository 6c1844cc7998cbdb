// What the module of the cudnn backend exports.
#include "mlp/module.hpp"

#include "mlp/cudnn/cudnn.hpp"

ghee::mlp::Module const* ghee_backend_module()
{
    static std::string const built_as = ghee::mlp::stamp();
    static ghee::mlp::Module const module{built_as.c_str(), ghee::mlp::cudnn::backend()};
    return &module;
}
