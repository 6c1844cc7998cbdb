// The study's encoding of columns and targets (docs/method/data.md).
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "data/dataset.hpp"
#include "data/images.hpp"
#include "data/table.hpp"

namespace ghee::data {

/// A column with at most this many distinct values is a category; above it is a number.
inline constexpr int max_categories = 20;
/// More classes than this are refused: one-hot targets would fill the memory, and the column is hardly a class.
inline constexpr int max_classes = 4096;

/// How a column is written for a network.
struct Code
{
    enum class Kind { dropped, binary, one_hot, min_max };
    Kind kind = Kind::dropped;
    std::vector<double> values;  ///< ascending; all of them where dropped, binary or one_hot
    double least = 0, most = 0;

    [[nodiscard]] int width() const;
    /// Writes `value` of this column to `to[0 .. width())`, which is zero before.
    void write(double value, float* to) const;
};

/// Constant: dropped; two values: 0 and 1, the smaller is 0; at most max_categories: one-hot in ascending order; else min-max to
/// [0, 1].
Code code_of_column(std::vector<double> const& column);

/// What a task makes of a target: outputs, how they are written, what the last layer computes.
struct TargetCode
{
    TaskKind task = TaskKind::regression;
    bool inferred = false;
    bool one_hot = false;  ///< else one output
    int outputs = 0;
    OutputActivation output_activation = OutputActivation::sigmoid;
    Loss loss = Loss::mse;
};

/// `task`: nothing for what the target itself suggests (two values: binary; at most max_categories: classification; else
/// regression). regression: the rule of columns, sigmoid and MSE. binary: two values, one output. classification: one-hot,
/// softmax. Throws Error, `name` in front, when the task cannot be had with that many distinct values.
TargetCode code_of_target(std::int64_t distinct, std::optional<TaskKind> task, std::string const& name);

/// "auto" is nothing. Throws UsageError for a word that is no task.
std::optional<TaskKind> parse_task(std::string const& word);

/// Encodes a whole table. `name` becomes Dataset::name and stands in front of errors.
Dataset encode(Table const&, std::optional<TaskKind> task, std::string const& name);

/// Pixels / 255, every column kept; labels by the rule of targets.
Dataset encode(Images const&, std::optional<TaskKind> task, std::string const& name);

}  // namespace ghee::data
