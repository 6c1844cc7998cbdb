// Where the calls of VendorMath are to be had: plain loops on an emulated GPU, or the vendor's on a real one.
#pragma once

#include <memory>
#include <ostream>
#include <string>
#include <vector>

#include "mlp/cuda/gpu.hpp"
#include "mlp/cudnn/vendor_math.hpp"

namespace ghee::mlp::cudnn::test {

struct Open
{
    std::unique_ptr<cuda::Gpu> gpu;
    std::unique_ptr<VendorMath> math;
};

struct Counter
{
    std::string name;
    std::string (*absence)();
    Open (*open)();
};
inline void PrintTo(Counter const& counter, std::ostream* out) { *out << counter.name; }

/// Those of this program.
std::vector<Counter> counters();

}  // namespace ghee::mlp::cudnn::test
