// The one list of fields per table: it drives writing, units and meanings in the file, and the file-format page.
#pragma once

#include <cstdint>
#include <deque>
#include <span>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

#include "base/quantity.hpp"
#include "record/run.hpp"
#include "store/hdf5.hpp"
#include "store/result_file.hpp"
#include "store/run_figures.hpp"

namespace ghee::store {

/// Where one field of one row goes. Texts of any length live in `texts` until the rows are written.
class Cell
{
  public:
    Cell(std::byte* at, h5::Type type, std::deque<std::string>& texts) : at_(at), type_(type), texts_(texts) {}

    void put(std::string_view text) const;
    void put(double value) const;
    void put(bool value) const;
    void put(std::int64_t value) const;
    void put(std::uint64_t value) const;
    void put(int value) const { put(std::int64_t{value}); }
    void put(std::uint32_t value) const { put(std::uint64_t{value}); }
    void put(char const* text) const { put(std::string_view(text)); }
    void put(std::string const& text) const { put(std::string_view(text)); }
    void put(Seconds value) const { put(value.count()); }
    template<class Tag>
    void put(Quantity<Tag> value) const
    {
        put(value.value());
    }

  private:
    void copy(void const* from, std::size_t bytes) const;

    std::byte* at_;
    h5::Type type_;
    std::deque<std::string>& texts_;
};

template<class Row>
struct Field
{
    char const* name;
    h5::Type type;
    char const* unit;  ///< UDUNITS spelling; "1": a pure number; "": a text
    char const* meaning;
    void (*put)(Cell const&, Row const&);
};

inline constexpr h5::Type integer{h5::Kind::integer, 0};
inline constexpr h5::Type index_type{h5::Kind::index, 0};
inline constexpr h5::Type word{h5::Kind::word, 0};
inline constexpr h5::Type real{h5::Kind::real, 0};
inline constexpr h5::Type boolean{h5::Kind::boolean, 0};
inline constexpr h5::Type text{h5::Kind::text, 0};
constexpr h5::Type text_of(std::size_t bytes) { return {h5::Kind::fixed_text, bytes}; }

// What a row of each table is made from. `run` is the number of the row in /runs, the first 0.
struct RunRow
{
    RunReport const& report;
    RunFigures figures;
    RunFigures device;
    FinalScores scores;
    ConfigurationRow const* configuration;  ///< nullptr: not among the file's configurations
};
struct EnergyRow
{
    std::uint32_t run;
    RunReport const& report;
    EnergyAccount const& account;
};
struct ReplicaRow
{
    std::uint32_t run;
    RunReport const& report;
    int replica;  ///< of the group, from 0
    ReplicaResult const& result;
    FinalScores scores;
    RunFigures figures;  ///< its shares
    RunFigures device;
};
struct EpochRow
{
    std::uint32_t run;
    RunReport const& report;
    int replica;  ///< 0 where one network was trained
    EpochRecord const& epoch;
    Joules gross;
};
struct MarkRow
{
    std::uint32_t run;
    RunReport const& report;
    Mark const& mark;
};
struct AttemptRow
{
    std::int64_t run;  ///< -1: no row
    std::string const& run_id;
    FailedAttempt const& attempt;
};
struct TraceRow
{
    std::uint32_t run;
    RunReport const& report;
    Trace const& trace;
    std::uint32_t channel;
    std::uint64_t offset;
};
struct SampleRow
{
    std::uint32_t run, channel;
    double at_s, energy_j, power_w;
};
struct ChannelRow
{
    std::uint32_t index;
    std::string node;
    int worker;
    Channel channel;
};

template<class Row>
struct TableSchema
{
    char const* name;
    char const* meaning;
    std::size_t rows_per_chunk;
    std::span<Field<Row> const> fields;
};

TableSchema<RunRow> const& runs_schema();
TableSchema<EnergyRow> const& energy_schema();
TableSchema<ReplicaRow> const& replicas_schema();
TableSchema<EpochRow> const& epochs_schema();
TableSchema<MarkRow> const& marks_schema();
TableSchema<AttemptRow> const& attempts_schema();
TableSchema<TraceRow> const& trace_index_schema();
TableSchema<SampleRow> const& traces_schema();
TableSchema<ChannelRow> const& channels_schema();
TableSchema<NodeRow> const& nodes_schema();
TableSchema<ConfigurationRow> const& configs_schema();

/// `text` with what is not UTF-8 replaced by U+FFFD: a dying child may say anything.
std::string valid_utf8(std::string_view text);
/// Numbers separated by blanks: "11 11 11".
std::string joined(std::vector<int> const& numbers);
/// Words separated by blanks.
std::string words(std::vector<std::string> const& list);

}  // namespace ghee::store
