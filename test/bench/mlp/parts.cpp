#include "parts.hpp"

#include <algorithm>
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

/// Three equal layers as a trainer lays them out: the middle one is what is timed.
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
    [[nodiscard]] Rates rates() { return cpu::Schedule({}).next(); }

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
    bool is_product;  ///< 2 x batch operations a weight; others are judged by their time
    bool a_turned;    ///< how a BLAS is asked for the same product
    bool b_turned;
};
constexpr Timed all_parts[] = {{"gather", cpu::Part::gather, false, false, false}, {"forward", cpu::Part::forward, true, false, true},
                               {"loss", cpu::Part::loss, false, false, false},     {"backward", cpu::Part::backward, true, false, false},
                               {"turn", cpu::Part::turn, false, false, false},     {"gradient", cpu::Part::gradient, true, true, false},
                               {"update", cpu::Part::update, false, false, false}};

void flops(benchmark::State& state, int width) { state.counters["flops"] = 2.0 * batch * width * width; }

void own(benchmark::State& state, Timed const& timed, cpu::Kernels const& kernels, int width)
{
    Square square(width);
    Rates const rates = square.rates();
    kernels.step(square.plan(), square.rows(), rates, {});
    for (auto _ : state)
        kernels.part(timed.part, square.plan(), square.rows(), rates, 1);
    if (timed.is_product)
        flops(state, width);
}

/// The bare product, without what ghee's kernel does at its end.
void library(benchmark::State& state, Timed const& timed, Library const& opponent, int width)
{
    auto const wide = static_cast<std::size_t>(width);
    std::vector<float> const samples(wide * batch, 0.5F), more(wide * batch, 0.25F), weights(wide * wide, 0.01F);
    std::vector<float> result(std::max(wide * batch, wide * wide));
    bool const is_gradient = timed.part == cpu::Part::gradient;
    for (auto _ : state)
    {
        opponent.product(timed.a_turned, timed.b_turned, is_gradient ? width : batch, width, is_gradient ? batch : width, samples.data(),
                         is_gradient ? more.data() : weights.data(), result.data());
        benchmark::ClobberMemory();
    }
    flops(state, width);
}
}  // namespace

void add_parts(Add const& add, std::vector<Library> const& libraries)
{
    cpu::Kernels const& kernels = cpu::instruction_sets().front();
    for (int const width : {8, 16, 32, 64, 73, 128, 256, 512, 704, 1408})
        for (Timed const& timed : all_parts)
        {
            std::string const name = "part/" + std::string(timed.name) + ":" + std::to_string(width) + "/";
            add(name + "ghee-" + kernels.name, [&kernels, &timed, width](benchmark::State& state) { own(state, timed, kernels, width); });
            if (timed.is_product)
                for (Library const& opponent : libraries)
                    add(name + opponent.name, [&opponent, &timed, width](benchmark::State& state) { library(state, timed, opponent, width); });
        }
}

}  // namespace ghee::mlp::bench
