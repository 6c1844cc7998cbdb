// Which rows train, which test, which are mislabelled, and in what order an epoch takes them: all from one seed.
#include <algorithm>
#include <cmath>
#include <limits>

#include "base/contract.hpp"
#include "base/error.hpp"
#include "base/identity.hpp"
#include "base/random.hpp"
#include "data/dataset.hpp"

namespace ghee::data {

namespace {
/// The `numbers` of each row named by `rows`, one row after the other.
std::vector<float> gather(std::vector<float> const& from, int numbers, std::vector<std::uint32_t> const& rows)
{
    auto const width = static_cast<std::size_t>(numbers);
    std::vector<float> to;
    to.reserve(rows.size() * width);
    for (std::uint32_t const row : rows)
    {
        auto const begin = from.begin() + static_cast<std::ptrdiff_t>(row * width);
        to.insert(to.end(), begin, begin + static_cast<std::ptrdiff_t>(width));
    }
    return to;
}

/// Single outputs that are only ever 0 or 1 are two classes, whatever the task is called (banana).
bool holds_two_classes(Dataset const& data)
{
    return data.outputs == 1 && std::all_of(data.targets.begin(), data.targets.end(), [](float t) { return t == 0.f || t == 1.f; });
}

/// Gives round(share * rows) training rows another target.
void mislabel(SplitRows& split, Dataset const& data, double share, std::uint64_t seed)
{
    auto const rows = static_cast<std::uint32_t>(split.train.size());
    auto const width = static_cast<std::size_t>(data.outputs);
    auto const noisy = static_cast<std::uint32_t>(std::llround(share * rows));
    if (noisy == 0)
        return;
    auto const order = permutation(rows, Random(seed, stable_hash("data: which rows are mislabelled")));
    Random const draw(seed, stable_hash("data: what mislabelled rows become"));
    auto& targets = split.train_targets;
    targets = gather(data.targets, data.outputs, split.train);
    if (width == 1 && holds_two_classes(data))
    {
        for (std::uint32_t i = 0; i < noisy; ++i)
            targets[order[i]] = 1.f - targets[order[i]];
        return;
    }
    if (width == 1)
    {
        if (rows < 2)
            throw Error(data.name + ": no label noise for a single training row", "a noisy row takes the target of another");
        auto const original = targets;
        for (std::uint32_t i = 0; i < noisy; ++i)
        {
            auto const other = static_cast<std::uint32_t>(draw.below(i, rows - 1));
            targets[order[i]] = original[other + (other >= order[i] ? 1 : 0)];
        }
        return;
    }
    for (std::uint32_t i = 0; i < noisy; ++i)
    {
        auto const begin = targets.begin() + static_cast<std::ptrdiff_t>(order[i] * width);
        auto const own = static_cast<std::uint64_t>(std::max_element(begin, begin + static_cast<std::ptrdiff_t>(width)) - begin);
        auto const other = draw.below(i, width - 1);
        begin[static_cast<std::ptrdiff_t>(own)] = 0.f;
        begin[static_cast<std::ptrdiff_t>(other + (other >= own ? 1 : 0))] = 1.f;
    }
}
}  // namespace

SplitRows split_rows(Dataset const& data, double test_fraction, double label_noise, std::uint64_t seed)
{
    if (!(test_fraction > 0 && test_fraction < 1))
        throw UsageError("a test fraction of " + std::to_string(test_fraction) + " cannot be", "it lies between 0 and 1, both excluded");
    if (!(label_noise >= 0 && label_noise <= 1))
        throw UsageError("a label noise of " + std::to_string(label_noise) + " cannot be", "it is a share, 0 to 1");
    if (data.rows > std::numeric_limits<std::uint32_t>::max())
        throw Error(data.name + ": " + std::to_string(data.rows) + " rows are too many", "rows are numbered in 32 bits");
    auto const test_rows = static_cast<std::int64_t>(std::ceil(test_fraction * static_cast<double>(data.rows)));
    if (test_rows < 1 || test_rows >= data.rows)
        throw Error(data.name + ": nothing is left to train on",
                    std::to_string(data.rows) + " rows, " + std::to_string(test_rows) + " of them for the test", "take a smaller test_fraction");
    auto const order = permutation(static_cast<std::uint32_t>(data.rows), Random(seed, stable_hash("data: split")));
    SplitRows split;
    split.test.assign(order.begin(), order.begin() + test_rows);
    split.train.assign(order.begin() + test_rows, order.end());
    mislabel(split, data, label_noise, seed);
    return split;
}

Split take_rows(Dataset const& data, SplitRows const& rows)
{
    Split split;
    split.train_rows = static_cast<std::int64_t>(rows.train.size());
    split.test_rows = static_cast<std::int64_t>(rows.test.size());
    split.test_inputs = gather(data.inputs, data.features, rows.test);
    split.test_targets = gather(data.targets, data.outputs, rows.test);
    split.train_inputs = gather(data.inputs, data.features, rows.train);
    split.train_targets = rows.train_targets.empty() ? gather(data.targets, data.outputs, rows.train) : rows.train_targets;
    return split;
}

Split split_dataset(Dataset const& data, double test_fraction, double label_noise, std::uint64_t seed)
{
    return take_rows(data, split_rows(data, test_fraction, label_noise, seed));
}

std::vector<std::uint32_t> epoch_order(std::int64_t train_rows, std::uint64_t seed, std::int64_t epoch)
{
    GHEE_EXPECT(train_rows >= 0 && train_rows <= std::numeric_limits<std::uint32_t>::max());
    GHEE_EXPECT(epoch >= 1);
    return permutation(static_cast<std::uint32_t>(train_rows), Random(seed, stable_hash("data: order of epoch " + std::to_string(epoch))));
}

}  // namespace ghee::data
