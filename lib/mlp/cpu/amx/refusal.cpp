// Why a machine cannot train in bf16, in one line.
#include <cstring>

#include "mlp/cpu/amx/machine.hpp"

namespace ghee::mlp::cpu {

namespace {
constexpr char const* instead = "; use precision = \"fp32\"";
}

std::string bf16_refusal(Bf16Needs const& has)
{
    std::string missing;
    for (auto const& [there, name] : {std::pair{has.amx_tile, "amx_tile"}, std::pair{has.amx_bf16, "amx_bf16"},
                                      std::pair{has.avx512_bf16, "avx512_bf16"}, std::pair{has.avx512, "avx512 (x86-64-v4)"}})
        if (!there)
            missing += (missing.empty() ? "" : ", ") + std::string(name);
    if (!missing.empty())
        return "bf16 needs an Intel processor with AMX, this one lacks " + missing + instead;
    if (has.permission != 0)
        return "bf16 needs AMX, whose tile registers the system does not let this process use (" + std::string(std::strerror(has.permission)) +
               "): Linux 5.16 or later does" + instead;
    return {};
}

}  // namespace ghee::mlp::cpu
