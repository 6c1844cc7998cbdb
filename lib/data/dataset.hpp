// A data set, encoded as the study encodes it and split: what a training reads.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "record/network.hpp"

namespace ghee::data {
enum class TaskKind { regression, binary, classification };
}

template<>
struct ghee::Names<ghee::data::TaskKind>
{
    static constexpr std::string_view what = "a task";
    static constexpr std::array<std::string_view, 3> names{"regression", "binary", "classification"};
};

namespace ghee::data {

/// Encoded rows, not yet split. Row-major, memory owned here.
struct Dataset
{
    std::string name;
    std::vector<float> inputs;   ///< [row][feature]
    std::vector<float> targets;  ///< [row][output]
    std::int64_t rows = 0;
    int features = 0;
    int outputs = 0;
    TaskKind task = TaskKind::regression;
    bool task_inferred = false;
    OutputActivation output_activation = OutputActivation::sigmoid;
    Loss loss = Loss::mse;
};

/// Training and test rows of a Dataset: n_test = ceil(test_fraction * rows), chosen by `seed`.
struct Split
{
    std::vector<float> train_inputs, train_targets, test_inputs, test_targets;  ///< as in Dataset
    std::int64_t train_rows = 0, test_rows = 0;
};

/// The same as rows of the Dataset.
struct SplitRows
{
    std::vector<std::uint32_t> train, test;
    std::vector<float> train_targets;  ///< [train row][output] where label noise gave some rows another target; else empty: they are the Dataset's
};

/// What the registry knows of a data set without reading it.
struct DatasetFacts
{
    std::string name;
    std::int64_t rows = 0;
    int raw_features = 0;
    int inputs = 0;  ///< encoded
    int outputs = 0;
    TaskKind task = TaskKind::regression;
    OutputActivation output_activation = OutputActivation::sigmoid;
    Loss loss = Loss::mse;
};

/// A name of the registry, or a path to a file in PMLB's layout (TSV, optionally .gz, a column `target`).
/// `task`: "auto", "regression", "binary" or "classification". Throws Error (missing file with where it was looked for, torn
/// file with line, unknown name with the known ones).
Dataset load_dataset(std::string const& name_or_path, std::string const& task = "auto");

/// Facts without reading for a name of the registry, by reading the file for a path. CIFAR-10's rows are those of the batches that
/// are here, or all 60,000 where none is.
DatasetFacts facts_of(std::string const& name_or_path, std::string const& task = "auto");

/// Throws Error when a side would be empty. `label_noise`: that share of training rows gets another target (docs/method/data.md).
SplitRows split_rows(Dataset const&, double test_fraction, double label_noise, std::uint64_t seed);
/// Copies of those rows.
Split take_rows(Dataset const&, SplitRows const&);
/// Both.
Split split_dataset(Dataset const&, double test_fraction, double label_noise, std::uint64_t seed);

/// Order of training rows in an epoch (1 is the first): a permutation that follows from seed and epoch.
std::vector<std::uint32_t> epoch_order(std::int64_t train_rows, std::uint64_t seed, std::int64_t epoch);

}  // namespace ghee::data
