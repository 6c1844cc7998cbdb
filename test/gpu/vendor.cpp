// gpu_vendor: the calls of cuBLASLt and cuDNN that backend cudnn makes, one by one against their definitions, and which of them this GPU's
// libraries offer.
//
//   gpu_vendor
//
// A line of JSON per mistake, one per kind of product and precision, one at the end; exit code 1 where there is a mistake.
#include <cstdio>
#include <exception>

#include "json_line.hpp"
#include "mlp/cuda/device.hpp"
#include "mlp/cudnn/call_checks.hpp"
#include "mlp/cudnn/vendor.hpp"
#include "subjects.hpp"

namespace ghee::gpu {

namespace {
using namespace ghee::mlp::cudnn;
using mlp::cudnn::test::CallReport;

char const* name_of_finish(Finish finish)
{
    switch (finish)
    {
        case Finish::nothing: return "plain";
        case Finish::bias: return "BIAS";
        case Finish::relu_bias: return "RELU_BIAS";
        case Finish::relu_bias_mask: return "RELU_AUX_BIAS";
        case Finish::masked: return "DRELU";
        case Finish::masked_total: return "DRELU_BGRAD";
        case Finish::left_total: return "BGRADB";
    }
    return "";
}

/// What is thrown is a mistake like others: the checks behind it are to be heard.
CallReport report_of(mlp::cudnn::test::NamedCheck const& one)
{
    try
    {
        auto const gpu = mlp::cuda::open_gpu();
        auto const math = vendor_math(*gpu, static_cast<cudaStream_t>(mlp::cuda::stream_of(*gpu)));
        return one.check(*gpu, *math);
    }
    catch (std::exception const& error)
    {
        return {.mistakes = {error.what()}, .offers = {}};
    }
}

int check(CommandLine& options)
{
    options.finish();
    if (std::string const why = mlp::cuda::absence(); !why.empty())
    {
        JsonLine().put("kind", "vendor").put("absent", why).print();
        return 0;
    }
    int mistakes = 0;
    for (auto const& one : mlp::cudnn::test::call_checks)
    {
        CallReport const report = report_of(one);
        for (std::string const& what : report.mistakes)
            JsonLine().put("kind", "mistake").put("subject", std::string("vendor ") + one.name).put("what", what).print();
        for (auto const& [asked, offer] : report.offers)
            JsonLine()
                .put("kind", "offer")
                .put("check", one.name)
                .put("epilogue", name_of_finish(asked.first))
                .put("precision", name_of(asked.second))
                .put("had", offer.had)
                .put("of", offer.asked)
                .put("on_tensor_cores", offer.on_tensor_cores)
                .print();
        mistakes += static_cast<int>(report.mistakes.size());
    }
    JsonLine().put("kind", "vendor").put("mistakes", mistakes).print();
    return mistakes > 0 ? 1 : 0;
}
}  // namespace

}  // namespace ghee::gpu

int main(int argc, char** argv) { return ghee::gpu::guarded("gpu_vendor", ghee::gpu::check, argc, argv); }
