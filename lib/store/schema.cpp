// Cells of a row, and the list of all tables' fields.
#include "store/schema.hpp"

#include <cstring>

#include "base/contract.hpp"
#include "base/error.hpp"

namespace ghee::store {

void Cell::copy(void const* from, std::size_t bytes) const { std::memcpy(at_, from, bytes); }

void Cell::put(std::string_view given) const
{
    std::string const& kept = texts_.emplace_back(valid_utf8(given));
    if (type_.kind == h5::Kind::text)
    {
        char const* const pointer = kept.c_str();
        copy(&pointer, sizeof pointer);
        return;
    }
    GHEE_EXPECT(type_.kind == h5::Kind::fixed_text);
    if (kept.size() > type_.width)
        throw Error("'" + kept + "' does not fit the result file", "at most " + std::to_string(type_.width) + " bytes");
    std::memset(at_, 0, type_.width);
    copy(kept.data(), kept.size());
    texts_.pop_back();
}
void Cell::put(double value) const
{
    GHEE_EXPECT(type_.kind == h5::Kind::real);
    copy(&value, sizeof value);
}
void Cell::put(bool value) const
{
    GHEE_EXPECT(type_.kind == h5::Kind::boolean);
    signed char const byte = value ? 1 : 0;
    copy(&byte, 1);
}
void Cell::put(std::int64_t value) const
{
    GHEE_EXPECT(type_.kind == h5::Kind::integer);
    copy(&value, sizeof value);
}
void Cell::put(std::uint64_t value) const
{
    GHEE_EXPECT(type_.kind == h5::Kind::word || (type_.kind == h5::Kind::index && value <= UINT32_MAX));
    if (type_.kind == h5::Kind::word)
        return copy(&value, sizeof value);
    auto const narrow = static_cast<std::uint32_t>(value);
    copy(&narrow, sizeof narrow);
}

std::string valid_utf8(std::string_view given)
{
    std::string result;
    for (std::size_t i = 0; i < given.size();)
    {
        auto const byte = [&](std::size_t at) { return at < given.size() ? static_cast<unsigned char>(given[at]) : 0U; };
        unsigned const head = byte(i), next = byte(i + 1);
        std::size_t const length = head < 0x80                   ? 1
                                   : head >= 0xC2 && head < 0xE0 ? 2
                                   : head >= 0xE0 && head < 0xF0 ? 3
                                   : head >= 0xF0 && head < 0xF5 ? 4
                                                                 : 0;
        bool good = length > 0 && i + length <= given.size() && head != 0;
        for (std::size_t k = 1; good && k < length; ++k)
            good = (byte(i + k) & 0xC0U) == 0x80U;
        // Overlong forms, surrogates and what is beyond U+10FFFF.
        good = good && !(head == 0xE0 && next < 0xA0) && !(head == 0xED && next > 0x9F) && !(head == 0xF0 && next < 0x90) &&
               !(head == 0xF4 && next > 0x8F);
        if (good)
            result.append(given.substr(i, length));
        else
            result += "\xEF\xBF\xBD";
        i += good ? length : 1;
    }
    return result;
}

std::string joined(std::vector<int> const& numbers)
{
    std::string result;
    for (int number : numbers)
        result += (result.empty() ? "" : " ") + std::to_string(number);
    return result;
}

std::string words(std::vector<std::string> const& list)
{
    std::string result;
    for (std::string const& one : list)
        result += (result.empty() ? "" : " ") + one;
    return result;
}

namespace {
template<class Row>
void describe(TableSchema<Row> const& table, std::vector<FieldDescription>& into)
{
    for (Field<Row> const& field : table.fields)
        into.push_back({table.name, field.name, field.type.name(), field.unit, field.meaning});
}
}  // namespace

std::vector<FieldDescription> const& schema()
{
    static std::vector<FieldDescription> const list = []
    {
        std::vector<FieldDescription> all;
        describe(runs_schema(), all);
        describe(energy_schema(), all);
        describe(replicas_schema(), all);
        describe(epochs_schema(), all);
        describe(attempts_schema(), all);
        describe(marks_schema(), all);
        describe(traces_schema(), all);
        describe(trace_index_schema(), all);
        describe(channels_schema(), all);
        describe(nodes_schema(), all);
        describe(configs_schema(), all);
        return all;
    }();
    return list;
}

}  // namespace ghee::store
