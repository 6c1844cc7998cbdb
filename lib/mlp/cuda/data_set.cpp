// Uploading rows, each filled up to its stride.
#include "mlp/cuda/data_set.hpp"

#include <algorithm>
#include <limits>
#include <string>
#include <vector>

#include "base/error.hpp"

namespace ghee::mlp::cuda {

namespace {
std::size_t at(std::int64_t i) { return static_cast<std::size_t>(i); }

DeviceArray<float> uploaded(Gpu& gpu, std::span<float const> rows, std::int64_t count, int columns)
{
    constexpr std::int64_t bytes_at_once = std::int64_t(16) << 20;
    std::int64_t const stride = stride_of(columns);
    DeviceArray<float> device(gpu, at(count * stride));
    if (stride == columns)
    {
        gpu.copy_in(device.data(), rows.data(), device.bytes());
        return device;
    }
    std::int64_t const most = std::max<std::int64_t>(1, bytes_at_once / (stride * static_cast<std::int64_t>(sizeof(float))));
    std::vector<float> part(at(std::min(most, count) * stride), 0.0F);
    for (std::int64_t first = 0; first < count; first += most)
    {
        std::int64_t const some = std::min(most, count - first);
        for (std::int64_t i = 0; i < some; ++i)
            std::copy_n(rows.data() + (first + i) * columns, columns, part.data() + i * stride);
        gpu.copy_in(device.data() + first * stride, part.data(), at(some * stride) * sizeof(float));
    }
    return device;
}
}  // namespace

DataSet::DataSet(Gpu& gpu, Samples const& samples)
{
    if (samples.count > std::numeric_limits<std::int32_t>::max())
        throw Error("the data set has " + std::to_string(samples.count) + " samples", "a GPU backend counts them in 31 bits");
    count_ = static_cast<int>(samples.count);
    features_ = samples.features;
    outputs_ = samples.outputs;
    if (count_ == 0)
        return;
    inputs_ = uploaded(gpu, samples.inputs, samples.count, samples.features);
    targets_ = uploaded(gpu, samples.targets, samples.count, samples.outputs);
}

}  // namespace ghee::mlp::cuda
