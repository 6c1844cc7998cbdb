// A bounded warm-up.
#include "train/warmup.hpp"

#include <algorithm>

namespace ghee::train {

void warm_up(mlp::Trainer& trainer, std::span<std::uint32_t const> order, int batch, std::int64_t test_rows, Seconds budget, Clock& clock)
{
    Instant const start = clock.now();
    auto const left = [&] { return budget - Seconds(clock.now() - start); };
    auto rows = std::min<std::size_t>(static_cast<std::size_t>(batch), order.size());
    Seconds per_row{};
    for (;;)
    {
        Instant const begin = clock.now();
        trainer.train(order.first(rows));
        per_row = Seconds(clock.now() - begin) / static_cast<double>(rows);
        if (rows == order.size())
            break;
        rows = std::min(rows * 2, order.size());
        if (per_row * static_cast<double>(rows) > left())
            break;
    }
    // A row of the test costs a third of a row of training; a third more for what was not seen yet.
    if (per_row * static_cast<double>(test_rows) * 0.5 < left())
        trainer.evaluate();
    trainer.reset();
}

}  // namespace ghee::train
