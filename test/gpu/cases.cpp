// The list of cases, from the designs that the tests of lib/mlp share.
#include "cases.hpp"

#include "mlp/cases.hpp"
#include "mlp/sweep_design.hpp"

namespace ghee::gpu {

namespace {
using namespace ghee::mlp;
namespace sweep = test::sweep;

constexpr double of_gradients = 2e-6;
/// A GPU's thread adds over all samples of a large batch in one go.
constexpr double of_long_sums = 1.5;

Case gradient_case(std::string name, Network network, int batch)
{
    return {std::move(name), {.network = std::move(network), .optimizer = test::descent(), .seed = 17, .batch = batch}, 0, of_gradients};
}

/// Widths at and around what the tiles of kernels are made of, and some of the benchmark's.
std::vector<Case> wide_cases()
{
    std::vector<Case> all;
    struct Wide
    {
        int inputs;
        std::vector<int> widths;
        Loss loss;
        Activation activation;
        int batch;
    };
    using enum Loss;
    using enum Activation;
    for (Wide const& one :
         {Wide{64, {128, 128, 10}, cross_entropy, tanh, 256}, Wide{3, {129, 127, 4}, mse, gelu, 255},
          Wide{64, {181, 181, 181, 181, 10}, cross_entropy, sigmoid, 128}, Wide{17, {255, 257, 1}, mse, tanh, 31},
          Wide{64, {500, 500, 10}, cross_entropy, relu, 256}, Wide{800, {511, 33, 40}, binary_cross_entropy, tanh, 64},
          Wide{5, {1000, 1000, 3}, cross_entropy, gelu, 64}, Wide{64, {1429, 1429, 10}, cross_entropy, tanh, 32},
          Wide{2, {1747, 7}, mse, sigmoid, 256}, Wide{31, {65, 1500, 130}, mse, leaky_relu, 100}, Wide{40, {70, 300}, cross_entropy, tanh, 1024}})
    {
        std::string name = "wide";
        for (int const width : one.widths)
            name += "_" + std::to_string(width);
        all.push_back(gradient_case(std::move(name), test::network(one.inputs, one.widths, one.loss, one.activation), one.batch));
    }
    return all;
}

Case sweep_case(sweep::Levels const& at, int steps, double tolerance)
{
    Case one{sweep::told(at), sweep::spec_of(at), steps, tolerance};
    if (steps > 0)
    {
        one.spec.optimizer.learning_rate = 0.01;
        one.name = std::to_string(steps) + " steps, " + one.name;
    }
    return one;
}

void add_gradients(std::vector<Case>& all, std::vector<test::NamedNetwork> networks)
{
    for (test::NamedNetwork& one : networks)
        all.push_back(gradient_case(std::move(one.name), std::move(one.network), one.batch));
}

std::vector<Case> optimizer_cases()
{
    std::vector<Case> all;
    for (test::Training& one : test::every_optimizer())
        all.push_back({std::move(one.name), std::move(one.spec), one.steps, one.tolerance});
    return all;
}
}  // namespace

std::vector<Case> all_cases()
{
    std::vector<Case> all;
    add_gradients(all, test::every_kind(9));
    for (Case& one : optimizer_cases())
        all.push_back(std::move(one));
    add_gradients(all, test::usual_shapes({1, 15, 16, 17, 32, 48, 63, 64, 65, 100, 255, 256, 1024}));
    for (Case& one : wide_cases())
        all.push_back(std::move(one));
    for (int row = 0; row < sweep::rows_a_width; ++row)
    {
        for (int width = 1; width <= sweep::widest; ++width)
        {
            sweep::Levels const at = sweep::levels(width, row);
            Case one = sweep_case(at, 0, of_gradients * sweep::slack_of_depth(at.depth));
            if (one.spec.batch > 512)
                one.tolerance *= of_long_sums;
            all.push_back(std::move(one));
        }
        for (int width = 1; width <= sweep::widest && row == 0; ++width)
        {
            all.push_back(sweep_case(sweep::levels_of_ten_steps(width), 10, 1e-6));
            all.push_back(sweep_case(sweep::levels_of_a_hundred_steps(width), 100, 1e-5));
        }
    }
    return all;
}

std::vector<Case> few_cases()
{
    std::vector<Case> all;
    all.push_back(gradient_case("few_outputs", test::network(3, {5, 3}, Loss::cross_entropy, Activation::tanh), 17));
    all.push_back(gradient_case("many_outputs", test::network(5, {9, 140}, Loss::cross_entropy, Activation::sigmoid), 19));
    all.push_back(gradient_case("residual", test::network(4, {33, 33, 33, 2}, Loss::mse, Activation::gelu, true), 40));
    all.push_back(gradient_case("wide", test::network(17, {130, 129, 10}, Loss::cross_entropy, Activation::tanh), 70));
    all.push_back(gradient_case("wider", test::network(40, {300, 257, 1}, Loss::binary_cross_entropy, Activation::relu), 256));
    for (Case& one : optimizer_cases())
        if (one.steps == 10)
            all.push_back(std::move(one));
    return all;
}

}  // namespace ghee::gpu
