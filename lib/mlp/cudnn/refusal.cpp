// What the vendor's libraries are not asked to train.
#include <cstdlib>
#include <string>

#include "mlp/cudnn/trainer.hpp"
#include "mlp/spec.hpp"

namespace ghee::mlp::cudnn {

namespace {
constexpr int most_samples = 65536;

/// Variables by which whoever runs a program makes the libraries compute in another precision than it asks for.
std::string replaced_precision()
{
    for (char const* const name : {"NVIDIA_TF32_OVERRIDE", "CUBLAS_EMULATE_SINGLE_PRECISION"})
        if (std::getenv(name) != nullptr)
            return std::string(name) + " is set, which makes cuBLASLt compute in another precision than the one it is asked for (unset it)";
    return {};
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
            return "cuDNN's activation calls have no leaky_relu";
        if (spec.network.activation == Activation::gelu)
            return "cuDNN's activation calls have no gelu, and that of cuBLASLt's products is an approximation by tanh";
    }
    if (spec.batch > most_samples)
        return "its steps take at most " + std::to_string(most_samples) + " samples";
    if (spec.threads > 1)
        return "it uses one thread of the host";
    return replaced_precision();
}

}  // namespace ghee::mlp::cudnn
