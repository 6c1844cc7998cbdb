// Calls of go_on() between two looks at the clock.
#include "time_group.hpp"

#include <algorithm>
#include <chrono>
#include <limits>

#include "base/error.hpp"
#include "mlp/networks.hpp"

namespace ghee::gpu {

mlp::TrainerSpec group_spec(Subject const& subject, Cell const& cell, int replicas)
{
    mlp::TrainerSpec spec = subject.ask({.network = cell.network, .optimizer = {}, .seed = 1, .batch = batch});
    spec.replicas = replicas;
    return spec;
}

mlp::Lessons endless_lessons(Cell const& cell)
{
    mlp::Lessons lessons;
    lessons.epochs = std::numeric_limits<int>::max();
    lessons.evaluate_every = std::numeric_limits<int>::max();
    lessons.has_accuracy = cell.network.loss != Loss::mse;
    return lessons;
}

std::vector<mlp::Replica> alike(int replicas, std::int64_t rows)
{
    std::vector<mlp::Replica> all(static_cast<std::size_t>(replicas));
    for (std::size_t r = 0; r < all.size(); ++r)
    {
        all[r].seed = r + 1;
        all[r].train_rows = mlp::test::in_order(static_cast<std::size_t>(rows));
        all[r].test_rows = mlp::test::in_order(batch);
    }
    return all;
}

std::unique_ptr<mlp::Group> endless_group(Subject const& subject, Cell const& cell, mlp::Samples samples, int replicas)
{
    if (subject.backend->make_group == nullptr)
        return nullptr;
    return subject.backend->make_group(group_spec(subject, cell, replicas), samples, alike(replicas, samples.count), endless_lessons(cell));
}

GroupTimes time_group(mlp::Group& group, double seconds)
{
    using Clock = std::chrono::steady_clock;
    GroupTimes times;
    auto const since = [](Clock::time_point begin) { return std::chrono::duration<double>(Clock::now() - begin).count(); };
    auto const begin = Clock::now();
    while (times.seconds < seconds || times.epochs < group.replicas())
    {
        if (group.over())
            throw Error("a group that has no end came to its end", "its losses are no longer finite");
        auto const start = Clock::now();
        auto const ended = group.go_on();
        double const took = since(start);
        times.seconds = since(begin);
        ++times.launches;
        times.longest_go_on = std::max(times.longest_go_on, took);
        std::int64_t steps = 0;
        for (mlp::EpochDone const& done : ended)
        {
            steps += done.trained.steps;
            times.samples += done.trained.samples;
            times.loss = done.trained.loss_sum / static_cast<double>(done.trained.samples);
        }
        times.epochs += static_cast<std::int64_t>(ended.size());
        times.steps += steps;
        if (steps > 0)
            times.step_us.push_back(took / static_cast<double>(steps) * 1e6);
    }
    return times;
}

}  // namespace ghee::gpu
