#include "parts.hpp"

#include <string>
#include <vector>

#include "base/random.hpp"
#include "mlp/cpu/arena.hpp"
#include "mlp/cpu/instruction_sets.hpp"
#include "mlp/cpu/layout.hpp"
#include "mlp/cpu/schedule.hpp"
#include "mlp/networks.hpp"

namespace ghee::mlp::bench {

namespace {
constexpr int batch = 256;

/// Two equal hidden layers between `width` inputs and outputs, as a trainer lays them out: the middle one is what is timed.
class Square
{
  public:
    explicit Square(int width)
        : network_(test::network(width, {width, width, width}, Loss::mse)), data_(network_, batch, 1), order_(permutation(batch, Random(1, 1)))
    {
        plan_ = cpu::lay_out({.network = network_, .optimizer = {}, .seed = 1, .batch = batch}, batch, arena_, layers_, bf16_);
        Random const random(2, 2);
        std::uint64_t draw = 0;
        for (cpu::LayerPlan const& layer : layers_)
            for (std::size_t i = 0; i < layer.floats; ++i)
            {
                layer.parameters[i] = static_cast<float>(random.uniform(draw++) - 0.5) * 0.1F;
                layer.first[i] = layer.second[i] = 0.0F;
            }
        Samples const samples = data_.samples();
        rows_ = {.inputs = samples.inputs.data(), .targets = samples.targets.data(), .rows = order_.data(), .count = batch};
    }
    [[nodiscard]] cpu::Plan const& plan() const { return plan_; }
    [[nodiscard]] cpu::Batch const& rows() const { return rows_; }
    [[nodiscard]] cpu::Rates rates() { return cpu::Schedule({}).next(); }

  private:
    Network network_;
    test::Rows data_;
    std::vector<std::uint32_t> order_;
    cpu::Arena arena_;
    std::vector<cpu::LayerPlan> layers_;
    cpu::Bf16Parts bf16_;
    cpu::Plan plan_;
    cpu::Batch rows_;
};

struct Timed
{
    char const* name;
    cpu::Part part;
    double flops_per_weight;  ///< at batch 256; 0: it is counted in numbers moved
};
constexpr Timed all_parts[] = {{"gather", cpu::Part::gather, 0}, {"forward", cpu::Part::forward, 2.0 * batch},
                               {"loss", cpu::Part::loss, 0},     {"backward", cpu::Part::backward, 2.0 * batch},
                               {"turn", cpu::Part::turn, 0},     {"gradient", cpu::Part::gradient, 2.0 * batch},
                               {"update", cpu::Part::update, 0}};
}  // namespace

void add_parts(Add const& add)
{
    cpu::Kernels const& kernels = cpu::instruction_sets().front();
    for (int const width : {8, 15, 16, 29, 32, 40, 64, 66, 127, 128, 239, 247, 255, 256, 361, 383, 511, 512, 704, 1023, 1408})
        for (Timed const& timed : all_parts)
            add("part/" + std::string(timed.name) + "/width:" + std::to_string(width),
                [&kernels, &timed, width](benchmark::State& state)
                {
                    Square square(width);
                    cpu::Rates const rates = square.rates();
                    kernels.step(square.plan(), square.rows(), rates, {});
                    for (auto _ : state)
                        kernels.part(timed.part, square.plan(), square.rows(), rates, 1);
                    if (timed.flops_per_weight > 0)
                        state.counters["flops"] = timed.flops_per_weight * width * width;
                });
}

}  // namespace ghee::mlp::bench
