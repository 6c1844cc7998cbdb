// A module without a GPU: the reference under another name, and what the build makes it say instead.
#include "base/error.hpp"
#include "mlp/module.hpp"
#include "mlp/reference/reference.hpp"
#include "mlp/spec.hpp"

namespace {
using namespace ghee;
using namespace ghee::mlp;

std::string absence() { return STAND_IN_ABSENCE; }

std::string refuses(TrainerSpec const& spec)
{
    std::string why = impossible(spec);
    if (why.empty())
        why = absence();
    return why.empty() && spec.batch == 12 ? "the stand-in does not like 12" : why;
}

std::unique_ptr<Trainer> make(TrainerSpec const& spec)
{
    if (spec.batch == 13)
        throw Error("the stand-in cannot train", "it was asked for 13", "ask for 14");
    return reference_backend().make(spec);
}
}  // namespace

Module const* ghee_backend_module()
{
    static std::string const built_as = stamp() + STAND_IN_STAMP;
    static Module const module{built_as.c_str(),
                               {.name = STAND_IN_NAME, .device = Device::gpu, .absence = absence, .refuses = refuses, .make = make}};
    return &module;
}
