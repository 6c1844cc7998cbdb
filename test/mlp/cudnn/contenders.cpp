// The cudnn backend with each library.
#include "mlp/contender.hpp"

#include "mlp/instrumented.hpp"
#include "shops.hpp"

namespace ghee::mlp::test {

namespace {
Contender contender(cudnn::test::Library const& library, Precision precision)
{
    return {.name = library.name,
            .refuses = [=](TrainerSpec const& spec)
            { return spec.precision == Precision::fp32 ? cudnn::refusal(spec, cudnn::test::facts) : "it is asked for in fp32"; },
            .make = [=](TrainerSpec spec) -> std::unique_ptr<Trainer>
            {
                spec.precision = precision;
                return std::move(cudnn::test::Shopping(spec, library).trainer);
            }};
}
}  // namespace

std::vector<Contender> contenders()
{
    std::vector<Contender> all;
    for (cudnn::test::Library const& library : cudnn::test::libraries())
        if (!instrumented || library.lacks.empty() || library.lacks.size() == 4)  // a sanitizer makes this slow: the extremes will do
            all.push_back(contender(library, Precision::fp32));
    return all;
}

std::vector<Contender> rough_contenders() { return {contender({"tf32", {}}, Precision::tf32), contender({"bf16", {}}, Precision::bf16)}; }

}  // namespace ghee::mlp::test
