// Form solo with much shared memory, as the newest GPUs have it, and with little, where steps are cut into chunks.
#include "contender.hpp"

#include "emulated_solo.hpp"
#include "mlp/instrumented.hpp"

namespace ghee::mlp::test {

namespace {
Contender contender(std::string name, std::size_t shared_kib, int one_in)
{
    auto const facts = cuda::emulated::facts_with_shared(shared_kib);
    return {std::move(name),
            [=](TrainerSpec const& spec)
            {
                if (spec.precision != Precision::fp32)
                    return std::string("it is asked for in fp32");
                if (spec.threads > 1)
                    return std::string("it uses one thread of the host");
                return cuda::solo_refusal(spec, facts);
            },
            [=](TrainerSpec const& spec) { return cuda::emulated::solo_trainer(spec, facts); },
            one_in,
            1.0,
            false};
}
}  // namespace

std::vector<Contender> contenders()
{
    std::vector<Contender> all{contender("solo", 227, 1)};
    if (!instrumented)
        all.push_back(contender("solo_in_64_kib", 64, 5));
    return all;
}

std::vector<Contender> rough_contenders() { return {}; }

}  // namespace ghee::mlp::test
