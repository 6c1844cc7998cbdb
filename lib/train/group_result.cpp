// Sums, means and the worst.
#include "train/group_result.hpp"

#include <algorithm>
#include <limits>

#include "base/contract.hpp"

namespace ghee::train {

namespace {
/// The same word for all, or "several"; of one that went wrong or was stopped, before all others.
std::string stop_reason_of(std::span<ReplicaResult const> replicas)
{
    for (Outcome const worst : {Outcome::failed, Outcome::diverged})
        for (ReplicaResult const& replica : replicas)
            if (replica.outcome == worst)
                return replica.stop_reason;
    bool const agree =
        std::all_of(replicas.begin(), replicas.end(), [&](auto const& one) { return one.stop_reason == replicas.front().stop_reason; });
    return agree ? replicas.front().stop_reason : "several";
}
}  // namespace

EpochRecord mean_of(std::span<ReplicaResult const> replicas, std::int64_t epoch)
{
    EpochRecord mean;
    double train_loss = 0, test_loss = 0, test_accuracy = 0, count = 0;
    for (ReplicaResult const& replica : replicas)
    {
        if (static_cast<std::int64_t>(replica.history.size()) < epoch)
            continue;
        EpochRecord const& record = replica.history[static_cast<std::size_t>(epoch) - 1];
        train_loss += record.train_loss;
        test_loss += record.test_loss;
        test_accuracy += record.test_accuracy;
        mean.since_start = std::max(mean.since_start, record.since_start);
        ++count;
    }
    GHEE_EXPECT(count > 0);
    mean.epoch = epoch;
    mean.train_loss = train_loss / count;
    mean.test_loss = test_loss / count;
    mean.test_accuracy = test_accuracy / count;
    return mean;
}

void sum_up(std::span<ReplicaResult const> replicas, TrainingResult& result)
{
    GHEE_EXPECT(!replicas.empty());
    result.epochs = result.steps = result.samples = 0;
    for (ReplicaResult const& replica : replicas)
    {
        result.epochs = std::max(result.epochs, replica.epochs);
        result.steps += replica.steps;
        result.samples += replica.samples;
    }
    result.stop_reason = stop_reason_of(replicas);
    result.history.clear();
    result.replicas.clear();
    if (replicas.size() == 1)
    {
        result.history = replicas.front().history;
        return;
    }
    for (std::int64_t epoch = 1; epoch <= result.epochs; ++epoch)
    {
        result.history.push_back(mean_of(replicas, epoch));
        // Those who did an epoch more may have been quicker at it than others were at this one.
        if (epoch > 1)
            result.history.back().since_start = std::max(result.history.back().since_start, result.history[result.history.size() - 2].since_start);
    }
    result.replicas.assign(replicas.begin(), replicas.end());
}

Outcome outcome_of(std::span<ReplicaResult const> replicas)
{
    for (Outcome const worst : {Outcome::failed, Outcome::diverged})
        if (std::any_of(replicas.begin(), replicas.end(), [&](ReplicaResult const& one) { return one.outcome == worst; }))
            return worst;
    return Outcome::ok;
}

std::string reason_of(std::span<ReplicaResult const> replicas)
{
    Outcome const outcome = outcome_of(replicas);
    if (outcome == Outcome::ok)
        return {};
    auto const is = [&](ReplicaResult const& one) { return one.outcome == outcome; };
    auto const first = std::find_if(replicas.begin(), replicas.end(), is);
    if (replicas.size() == 1 || outcome == Outcome::failed)
        return first->reason;
    return std::to_string(std::count_if(replicas.begin(), replicas.end(), is)) + " of " + std::to_string(replicas.size()) +
           " replicas diverged; the first, replica " + std::to_string(first - replicas.begin()) + ": " + first->reason;
}

}  // namespace ghee::train
