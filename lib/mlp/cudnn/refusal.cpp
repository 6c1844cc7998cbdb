// What the vendor's libraries are not asked to train.
#include <cstdlib>
#include <string>
#include <string_view>

#include "mlp/cudnn/trainer.hpp"
#include "mlp/spec.hpp"

namespace ghee::mlp::cudnn {

namespace {
constexpr int most_samples = 65536;

/// By two variables whoever runs a program makes the libraries compute in another precision than it asks for.
std::string replaced(Precision precision)
{
    auto const tells = [](char const* variable, std::string_view value, bool so)
    {
        char const* const set = std::getenv(variable);
        return set != nullptr && (set == value) == so;
    };
    char const* variable = nullptr;
    if (tells("CUBLAS_EMULATE_SINGLE_PRECISION", "0", false))
        variable = "CUBLAS_EMULATE_SINGLE_PRECISION";
    else if (precision == Precision::tf32 ? tells("NVIDIA_TF32_OVERRIDE", "0", true) : tells("NVIDIA_TF32_OVERRIDE", "0", false))
        variable = "NVIDIA_TF32_OVERRIDE";
    return variable == nullptr ? ""
                               : "by the value of " + std::string(variable) + " cuBLASLt computes in another precision than " +
                                     std::string(name_of(precision)) + "; unset it";
}
}  // namespace

std::string refusal(TrainerSpec const& spec, cuda::GpuFacts const& facts)
{
    if (std::string why = impossible(spec); !why.empty())
        return why;
    if (spec.precision != Precision::fp32 && spec.precision != Precision::tf32 && spec.precision != Precision::bf16)
        return "the vendor's libraries compute products of these in fp32, tf32 or bf16, not in " + std::string(name_of(spec.precision));
    if (spec.precision != Precision::fp32 && facts.capability < 80)
        return std::string(name_of(spec.precision)) + " needs tensor cores of compute capability 8.0 or later, " + facts.name + " has " +
               std::to_string(facts.capability / 10) + "." + std::to_string(facts.capability % 10) + "; use precision = \"fp32\"";
    if (spec.network.depth() > 1)
    {
        if (spec.network.activation == Activation::leaky_relu)
            return "cuDNN's activation calls have no leaky_relu; use backend = \"cuda\"";
        if (spec.network.activation == Activation::gelu)
            return "cuDNN's activation calls have no gelu, and that of cuBLASLt's products is an approximation by tanh; use backend = \"cuda\"";
    }
    if (spec.batch > most_samples)
        return "its steps take at most " + std::to_string(most_samples) + " samples";
    if (spec.threads > 1)
        return "it uses one thread of the host";
    if (std::string why = refuses_forms(spec); !why.empty())
        return why;
    return replaced(spec.precision);
}

}  // namespace ghee::mlp::cudnn
