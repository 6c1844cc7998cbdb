// Columns and targets of real data sets as numbers a network reads.
#include "data/encode.hpp"

#include <algorithm>

#include "base/contract.hpp"
#include "base/error.hpp"
#include "record/names.hpp"

namespace ghee::data {

int Code::width() const
{
    switch (kind)
    {
        case Kind::dropped: return 0;
        case Kind::binary:
        case Kind::min_max: return 1;
        case Kind::one_hot: return static_cast<int>(values.size());
    }
    return 0;
}

void Code::write(double value, float* to) const
{
    switch (kind)
    {
        case Kind::dropped: break;
        case Kind::binary: *to = value == values[1] ? 1.f : 0.f; break;
        // Halves, because most - least overflows where both are huge.
        case Kind::min_max: *to = static_cast<float>((value / 2 - least / 2) / (most / 2 - least / 2)); break;
        case Kind::one_hot: to[std::lower_bound(values.begin(), values.end(), value) - values.begin()] = 1.f; break;
    }
}

namespace {
/// Ascending distinct values, given up (with one value too many) above `most`.
std::vector<double> distinct_values(std::vector<double> const& column, std::size_t most)
{
    std::vector<double> values;
    for (double const value : column)
    {
        auto const at = std::lower_bound(values.begin(), values.end(), value);
        if (at != values.end() && *at == value)
            continue;
        values.insert(at, value);
        if (values.size() > most)
            break;
    }
    return values;
}

void find_range(Code& code, std::vector<double> const& column)
{
    auto const [least, most] = std::minmax_element(column.begin(), column.end());
    code.least = *least;
    code.most = *most;
}
}  // namespace

Code code_of_column(std::vector<double> const& column)
{
    GHEE_EXPECT(!column.empty());
    Code code;
    code.values = distinct_values(column, max_categories);
    find_range(code, column);
    if (code.values.size() == 1)
        code.kind = Code::Kind::dropped;
    else if (code.values.size() == 2)
        code.kind = Code::Kind::binary;
    else if (code.values.size() <= max_categories)
        code.kind = Code::Kind::one_hot;
    else
    {
        code.kind = Code::Kind::min_max;
        code.values.clear();
    }
    return code;
}

std::optional<TaskKind> parse_task(std::string const& word)
{
    if (word == "auto")
        return std::nullopt;
    if (auto const task = find_name<TaskKind>(word))
        return task;
    throw UsageError("'" + word + "' is not a task", "known: auto, " + all_names<TaskKind>());
}

TargetCode code_of_target(std::int64_t distinct, std::optional<TaskKind> task, std::string const& name)
{
    auto const refuse = [&](std::string const& what, std::string const& suggestion)
    { throw Error(name + ": the target cannot be " + what, "it has " + std::to_string(distinct) + " distinct values", suggestion); };
    if (distinct < 2)
        refuse("learnt", "take a target that varies");
    TargetCode code;
    code.inferred = !task;
    code.task = task.value_or(distinct == 2 ? TaskKind::binary : distinct <= max_categories ? TaskKind::classification : TaskKind::regression);
    switch (code.task)
    {
        case TaskKind::regression: code.one_hot = distinct > 2 && distinct <= max_categories; break;
        case TaskKind::binary:
            if (distinct != 2)
                refuse("binary", "take another task");
            code.loss = Loss::binary_cross_entropy;
            break;
        case TaskKind::classification:
            if (distinct > max_classes)
                refuse("classes: at most " + std::to_string(max_classes) + " are", "take task regression");
            code.one_hot = true;
            code.output_activation = OutputActivation::softmax;
            code.loss = Loss::cross_entropy;
            break;
    }
    code.outputs = code.one_hot ? static_cast<int>(distinct) : 1;
    return code;
}

namespace {
/// Fills targets and everything that follows from them.
void encode_target(Dataset& data, std::vector<double> const& target, std::optional<TaskKind> task)
{
    // Without a task, one value above the limit of categories is all one needs to know; with one, counting stops above
    // max_classes.
    Code code;
    code.values = distinct_values(target, task ? max_classes : max_categories);
    find_range(code, target);
    auto const decided = code_of_target(static_cast<std::int64_t>(code.values.size()), task, data.name);
    code.kind = decided.one_hot ? Code::Kind::one_hot : code.values.size() == 2 ? Code::Kind::binary : Code::Kind::min_max;
    data.task = decided.task;
    data.task_inferred = decided.inferred;
    data.outputs = decided.outputs;
    data.output_activation = decided.output_activation;
    data.loss = decided.loss;
    data.targets.assign(target.size() * static_cast<std::size_t>(data.outputs), 0.f);
    for (std::size_t row = 0; row < target.size(); ++row)
        code.write(target[row], &data.targets[row * static_cast<std::size_t>(data.outputs)]);
}
}  // namespace

Dataset encode(Table const& table, std::optional<TaskKind> task, std::string const& name)
{
    Dataset data;
    data.name = name;
    data.rows = table.rows;
    struct Column
    {
        std::vector<double> const* cells;
        Code code;
        std::size_t at;
    };
    std::vector<Column> kept;
    std::size_t width = 0;
    for (auto const& cells : table.columns)
    {
        Code code = code_of_column(cells);
        auto const own = static_cast<std::size_t>(code.width());
        if (own > 0)
            kept.push_back({&cells, std::move(code), width});
        width += own;
    }
    if (width == 0)
        throw Error(name + ": every column is constant", "there is nothing to learn from");
    data.features = static_cast<int>(width);
    data.inputs.assign(static_cast<std::size_t>(table.rows) * width, 0.f);
    for (std::size_t row = 0; row < static_cast<std::size_t>(table.rows); ++row)
        for (auto const& column : kept)
            column.code.write((*column.cells)[row], &data.inputs[row * width + column.at]);
    encode_target(data, table.target, task);
    return data;
}

Dataset encode(Images const& images, std::optional<TaskKind> task, std::string const& name)
{
    if (images.count == 0)
        throw Error(name + ": there is no image");
    Dataset data;
    data.name = name;
    data.rows = images.count;
    data.features = images.pixels;
    data.inputs.resize(images.bytes.size());
    std::transform(images.bytes.begin(), images.bytes.end(), data.inputs.begin(),
                   [](char byte) { return static_cast<float>(static_cast<unsigned char>(byte)) / 255.f; });
    encode_target(data, images.labels, task);
    return data;
}

}  // namespace ghee::data
