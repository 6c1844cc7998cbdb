// HPE Cray's pm_counters: files the node's controller refreshes ten times a second, each with its own time stamp.
#include <algorithm>
#include <cmath>
#include <cstdio>

#include "base/log.hpp"
#include "power/number_file.hpp"
#include "power/numbered.hpp"
#include "power/plausible.hpp"
#include "power/sources.hpp"
#include "power/unwrap.hpp"
#include "record/flag.hpp"

namespace ghee::power {

namespace {

constexpr int most_tries = 10;
constexpr double refresh_s = 0.1;
constexpr std::chrono::seconds stamp_trust{5};  // a stamp further from now is of a controller whose clock is wrong

/// "451 W 1700000000000000 us" or, on older systems, "85 W".
struct Line
{
    double value = 0.0;
    char unit = '?';
    std::int64_t stamp_us = 0;  // 0: none
};

std::optional<Line> parse_line(std::string const& text)
{
    Line line;
    long long stamp = 0;
    char unit[8] = {};
    char micro[8] = {};
    int const fields = std::sscanf(text.c_str(), "%lf %7s %lld %7s", &line.value, unit, &stamp, micro);
    if (fields < 2 || (unit[0] != 'W' && unit[0] != 'J') || unit[1] != '\0')
    {
        return std::nullopt;
    }
    line.unit = unit[0];
    line.stamp_us = fields == 4 && std::string(micro) == "us" ? stamp : 0;
    return line;
}

struct Counter
{
    Channel channel;
    NumberFile file;
    Unwrap unwrap;
};

class PmCounters final : public Source
{
  public:
    PmCounters(std::vector<Counter> counters, std::filesystem::path const& root, Options const& options, std::function<std::int64_t()> wall_ns)
        : clock_(clock_of(options)), wall_ns_(std::move(wall_ns)), freshness_(root / "freshness"), counters_(std::move(counters))
    {
        for (Counter const& counter : counters_)
        {
            channels_.push_back(counter.channel);
        }
    }

    std::vector<Channel> const& channels() const override { return channels_; }

    void read(std::vector<Reading>& out) override
    {
        std::vector<std::optional<std::string>> texts(counters_.size());
        for (int attempt = 0; attempt < most_tries; ++attempt)
        {
            Instant const before = clock_.now();
            auto const fresh = freshness_.text();
            if (fresh && fresh == last_freshness_)
            {
                return;
            }
            for (std::size_t i = 0; i < counters_.size(); ++i)
            {
                texts[i] = counters_[i].file.text();
            }
            // Old controllers have no freshness file; then whatever was read is taken as it is.
            if (freshness_.text() == fresh)
            {
                last_freshness_ = fresh;
                take(texts, before + (clock_.now() - before) / 2, out);
                return;
            }
        }
        for (std::size_t i = 0; i < counters_.size(); ++i)
        {
            out.push_back({i, clock_.now(), 0.0, fault_word::read_error});
        }
    }

  private:
    void take(std::vector<std::optional<std::string>> const& texts, Instant middle, std::vector<Reading>& out)
    {
        std::int64_t const wall_minus_monotonic = wall_ns_() - to_ns(clock_.now());
        for (std::size_t i = 0; i < counters_.size(); ++i)
        {
            auto const line = texts[i] ? parse_line(*texts[i]) : std::nullopt;
            if (!line || (line->unit == 'J') != (counters_[i].channel.kind == ChannelKind::counter))
            {
                out.push_back({i, middle, 0.0, fault_word::read_error});
                continue;
            }
            Instant const at = when(*line, wall_minus_monotonic, middle);
            if (counters_[i].channel.kind == ChannelKind::gauge)
            {
                out.push_back({i, at, line->value, {}});
                continue;
            }
            auto const step = counters_[i].unwrap.step(Joules(line->value), at);
            out.push_back({i, at, step.total.value(), step.fault});
        }
    }

    Instant when(Line const& line, std::int64_t wall_minus_monotonic, Instant middle)
    {
        if (line.stamp_us == 0)
        {
            return middle;
        }
        Instant const stamp = from_ns(line.stamp_us * 1000 - wall_minus_monotonic);
        if (stamp - middle > stamp_trust || middle - stamp > stamp_trust)
        {
            if (!warned_)
            {
                log_warning("pm_counters' clock is more than 5 s off the node's: using the times of reading instead of its stamps");
                warned_ = true;
            }
            return middle;
        }
        return stamp;
    }

    Clock& clock_;
    std::function<std::int64_t()> wall_ns_;
    NumberFile freshness_;
    std::optional<std::string> last_freshness_;
    std::vector<Counter> counters_;
    std::vector<Channel> channels_;
    bool warned_ = false;
};

struct Meaning
{
    std::string name;
    Scope scope;
};

/// What "power", "cpu0_energy", "accel3_power" ... measure, without the quantity: "", "cpu0", "accel3".
std::optional<Meaning> meaning_of(std::string const& part)
{
    if (part.empty())
    {
        return Meaning{"node", Scope::node};
    }
    auto const [kind, index] = split_number(part);
    if (kind != "cpu" && kind != "memory" && kind != "accel")
    {
        return std::nullopt;
    }
    Scope const scope = kind == "cpu" ? Scope::cpu : kind == "memory" ? Scope::memory : Scope::gpu;
    return Meaning{index.empty() ? kind : kind + "-" + index, scope};
}

}  // namespace

Discovered find_pm_counters(Options const& options, std::function<std::int64_t()> wall_ns)
{
    Discovered found{"pm_counters", nullptr, {}, {}};
    auto const root = options.sys / "cray/pm_counters";
    std::vector<std::string> files;
    std::error_code problem;
    for (auto const& entry : std::filesystem::directory_iterator(root, problem))
    {
        files.push_back(entry.path().filename());
    }
    if (files.empty())
    {
        found.reason = "no " + root.string() + " (not an HPE Cray node)";
        return found;
    }
    std::sort(files.begin(), files.end());
    std::vector<Counter> counters;
    for (std::string const& file : files)
    {
        // "power", "cpu0_energy": what it is of, and what it tells.
        auto const underscore = file.rfind('_');
        std::string const part = underscore == std::string::npos ? std::string{} : file.substr(0, underscore);
        std::string const quantity = file.substr(underscore == std::string::npos ? 0 : underscore + 1);
        if (quantity != "power" && quantity != "energy")
        {
            continue;
        }
        auto const meaning = meaning_of(part);
        NumberFile reading_file(root / file);
        auto const line = parse_line(reading_file.text().value_or(""));
        bool const counter = quantity == "energy";
        if (!meaning || !line || (line->unit == 'J') != counter)
        {
            found.notes.push_back(file + ": left out, " + (meaning ? "its content is not understood" : "not a meter we know"));
            continue;
        }
        bool const has_counter = std::binary_search(files.begin(), files.end(), part.empty() ? "energy" : part + "_energy");
        // A part's total beside its pieces (cpu beside cpu0, cpu1) must not be added to them.
        auto const [total, index] = split_number(part);
        bool const piece = !index.empty() && std::binary_search(files.begin(), files.end(), total + "_" + quantity);
        Channel channel;
        channel.name = counter || !has_counter ? meaning->name : meaning->name + "-power";
        channel.source = "pm_counters";
        channel.detail = (root / file).string();
        channel.kind = counter ? ChannelKind::counter : ChannelKind::gauge;
        channel.scope = piece ? Scope::other : meaning->scope;
        channel.period = std::max(options.period, Seconds(refresh_s));
        channel.resolution = 1.0;  // whole joules and watts
        counters.push_back({channel, std::move(reading_file), Unwrap(Joules{}, highest_plausible(meaning->scope))});
    }
    if (counters.empty())
    {
        found.reason = "nothing in " + root.string() + " can be read as a meter (see its files)";
        return found;
    }
    found.source = std::make_unique<PmCounters>(std::move(counters), root, options, std::move(wall_ns));
    return found;
}

}  // namespace ghee::power
