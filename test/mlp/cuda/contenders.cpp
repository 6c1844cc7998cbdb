// The cuda backend in its precisions, on emulated GPUs of very different size, which choose different tiles.
#include "contender.hpp"

#include <algorithm>

#include "emulated.hpp"
#include "mlp/instrumented.hpp"

namespace ghee::mlp::test {

namespace {
/// A wide network takes the emulation long: one contender is enough there, and none under a sanitizer, where a fiber's every turn is a call of
/// the system.
constexpr int wide = instrumented ? 300 : 1000;

Contender contender(std::string name, Precision precision, int multiprocessors, int one_in = 1)
{
    auto const facts = cuda::emulated::facts_with(multiprocessors);
    return {std::move(name),
            [=](TrainerSpec spec)
            {
                if (spec.precision != Precision::fp32)
                    return std::string("it is asked for in fp32");
                if ((instrumented || one_in > 1) && std::ranges::max(spec.network.widths) > wide)
                    return std::string(instrumented ? "a sanitizer makes wide networks slow" : "another contender takes wide networks");
                spec.precision = precision;
                return cuda::refusal(spec, facts);
            },
            [=](TrainerSpec const& spec) { return cuda::emulated::trainer(spec, precision, facts); }, one_in, 1.5};
}
}  // namespace

std::vector<Contender> contenders()
{
    std::vector<Contender> all{contender("fp32", Precision::fp32, 132)};
    if (instrumented)
        return all;
    all.push_back(contender("fp32_small_gpu", Precision::fp32, 1, 7));
    all.push_back(contender("tf32x3", Precision::tf32x3, 132, 9));
    return all;
}

std::vector<Contender> rough_contenders()
{
    std::vector<Contender> all{contender("tf32", Precision::tf32, 132)};
    if (!instrumented)
        all.push_back(contender("bf16", Precision::bf16, 132));
    return all;
}

}  // namespace ghee::mlp::test
