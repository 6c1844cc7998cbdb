// In which order tasks are run.
#include <algorithm>
#include <cmath>
#include <limits>

#include "base/contract.hpp"
#include "base/random.hpp"
#include "campaign/plan.hpp"

namespace ghee::campaign {

namespace {

/// Of the campaign's seed; runs' own seeds are hashes and draw from other streams.
constexpr std::uint64_t shuffle_stream = 0x6f72646572;  // "order"

/// What a core and an accelerator do on networks of this kind: right to a factor of a few, which is enough to order by.
struct Speed
{
    double flops_per_s, overhead_per_step_s;
};
Speed speed_of(Configuration const& configuration)
{
    double const replicas = configuration.replicas;
    // Side by side they share what a step costs whatever its size.
    if (configuration.device == Device::gpu)
        return {1e13 / replicas, 1e-5};
    double const threads = std::max(configuration.threads, 1);
    if (configuration.replicas == 1)
        return {1e11 * threads, 1e-6};
    // A thread trains one network, and then the next.
    double const in_turn = replicas / std::min(threads, replicas);
    return {1e11 / in_turn, 1e-6 * in_turn};
}

}  // namespace

Seconds predicted_seconds(Cell const& cell)
{
    Configuration const& configuration = cell.configuration;
    if (!configuration.workload.empty())
        return Seconds(std::numeric_limits<double>::infinity());
    auto const rows = static_cast<double>(cell.rows);
    double const train_rows = rows - std::ceil(configuration.test_fraction * rows);
    double const steps = static_cast<double>(configuration.epochs) * std::ceil(train_rows / configuration.batch);
    Speed const speed = speed_of(configuration);
    // The test set is seen forward only, a third of the arithmetic of a step.
    double const evaluations = static_cast<double>(configuration.epochs) / configuration.evaluate_every;
    double const evaluated = evaluations * (rows - train_rows) / configuration.batch / 3;
    return Seconds(steps * speed.overhead_per_step_s + (steps + evaluated) * cell.flops_per_step / speed.flops_per_s);
}

std::vector<Task> order_tasks(Campaign const& campaign, std::vector<Cell> const& cells)
{
    std::vector<Cell const*> accepted;
    for (Cell const& cell : cells)
        if (cell.reason.empty())
            accepted.push_back(&cell);

    if (campaign.order == Order::longest_first)
    {
        std::vector<std::pair<double, Cell const*>> timed;
        for (Cell const* const cell : accepted)
            timed.emplace_back(-predicted_seconds(*cell).count(), cell);
        std::stable_sort(timed.begin(), timed.end(), [](auto const& a, auto const& b) { return a.first < b.first; });
        std::transform(timed.begin(), timed.end(), accepted.begin(), [](auto const& entry) { return entry.second; });
    }

    std::vector<Task> tasks;
    tasks.reserve(accepted.size() * static_cast<std::size_t>(campaign.repeats));
    if (campaign.order == Order::longest_first)
    {
        // A long training's repeats are as long: they too come before everything shorter.
        for (Cell const* const cell : accepted)
            for (int repeat = 0; repeat < campaign.repeats; ++repeat)
                tasks.push_back(make_task(cell->configuration, repeat, campaign.seed));
        return tasks;
    }
    for (int repeat = 0; repeat < campaign.repeats; ++repeat)
    {
        auto const count = static_cast<std::uint32_t>(accepted.size());
        auto const shuffled = campaign.order == Order::shuffled
                                  ? permutation(count, Random(campaign.seed, shuffle_stream + static_cast<std::uint64_t>(repeat)))
                                  : std::vector<std::uint32_t>();
        for (std::uint32_t i = 0; i < count; ++i)
            tasks.push_back(make_task(accepted[shuffled.empty() ? i : shuffled[i]]->configuration, repeat, campaign.seed));
    }
    return tasks;
}

}  // namespace ghee::campaign
