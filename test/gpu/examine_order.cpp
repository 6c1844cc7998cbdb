// The order of an epoch that a GPU backend draws for itself.
#include <algorithm>

#include "epoch_order.hpp"
#include "examine.hpp"
#include "mlp/distance.hpp"

namespace ghee::gpu {

using namespace ghee::mlp;

std::string mistakes_in_order(Subject const& subject)
{
    constexpr std::uint64_t seed = 77;
    for (std::uint32_t const count : {1U, 2U, 255U, 256U, 257U, 1000U, 4097U})
    {
        TrainerSpec const spec = subject.ask({.network = test::network(3, {7, 2}, Loss::mse, Activation::tanh),
                                              .optimizer = {.kind = OptimizerKind::sgd, .learning_rate = 0.05},
                                              .seed = 5,
                                              .batch = 16});
        test::Rows const rows(spec.network, count, 9);
        auto const drawing = subject.backend->make(spec);
        auto const told = subject.backend->make(spec);
        for (Trainer* const trainer : {drawing.get(), told.get()})
            trainer->load(rows.samples(), rows.samples());
        for (std::int64_t epoch = 1; epoch <= 3; ++epoch)
        {
            auto const order = epoch_order(count, seed, epoch);
            auto sorted = order;
            std::sort(sorted.begin(), sorted.end());
            if (sorted != test::in_order(count))
                return "the order of " + std::to_string(count) + " rows is no permutation";
            drawing->train_epoch(seed, epoch);
            told->train(order);
            if (drawing->weights() != told->weights())
                return "it draws another order of " + std::to_string(count) + " rows than the host's function in epoch " + std::to_string(epoch);
        }
    }
    return {};
}

}  // namespace ghee::gpu
