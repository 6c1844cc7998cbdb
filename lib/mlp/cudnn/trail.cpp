// Laying out what a step leaves behind.
#include "mlp/cudnn/trail.hpp"

#include <algorithm>

#include "mlp/cudnn/vendor_math.hpp"
#include "mlp/spec.hpp"

namespace ghee::mlp::cudnn {

std::int64_t TrailPlaces::place(std::int64_t wanted)
{
    std::int64_t const here = floats;
    floats += (wanted + 63) / 64 * 64;
    return here;
}

TrailPlaces::TrailPlaces(Network const& network, int capacity)
{
    std::int64_t const samples = capacity;
    std::int64_t widest = 0;
    for (int d = 0; d < network.depth() - 1; ++d)
    {
        int const width = network.widths[static_cast<std::size_t>(d)];
        std::int64_t const matrix = samples * cuda::stride_of(width);
        bool const relu = network.activation == Activation::relu;
        bool const apart = !relu && network.activation != Activation::linear;
        HiddenPlaces here;
        here.activated = place(matrix);
        here.sums = apart ? place(matrix) : here.activated;
        here.outputs = adds_input(network, d) ? place(matrix) : here.activated;
        here.mask = place_if(relu, samples * mask_stride(width) / 32);
        hidden.push_back(here);
        widest = std::max(widest, matrix);
    }
    batch = place(samples * cuda::stride_of(network.inputs));
    ones = place(samples);
    alarms = place_if(rectifies(network), samples + 1);
    std::int64_t const last = samples * cuda::stride_of(network.outputs());
    sums = place(last);
    shares = place_if(network.loss == Loss::cross_entropy, last);
    last_delta = place(last);
    for (int i = 0; i < 2; ++i)
    {
        deltas[i] = place(widest);
        pulls[i] = place_if(network.residual, widest);
    }
}

Trail::Trail(cuda::Gpu& gpu, Network const& network, int capacity)
    : places_(network, capacity), memory_(gpu, static_cast<std::size_t>(places_.floats))
{
    std::vector<float> const ones(static_cast<std::size_t>(capacity), 1.0F);
    gpu.copy_in(at(places_.ones), ones.data(), ones.size() * sizeof(float));
}

}  // namespace ghee::mlp::cudnn
