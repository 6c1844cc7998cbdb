// RAPL energy counters through the powercap tree.
#include <algorithm>
#include <cmath>
#include <map>

#include "base/error.hpp"
#include "power/number_file.hpp"
#include "power/numbered.hpp"
#include "power/plausible.hpp"
#include "power/sources.hpp"
#include "power/unwrap.hpp"
#include "record/flag.hpp"
#include "sys/file.hpp"

namespace ghee::power {

namespace {

constexpr double joules_per_count = 1e-6;
constexpr double register_step_j = 1.0 / 16384.0;  // 2^-14 J, the energy unit of most parts; powercap rounds to 1e-6 J
constexpr double same_counter_j = 1.0;             // two dies' counters this near each other are one counter read twice

struct Zone
{
    std::filesystem::path path;
    std::string folder;   // intel-rapl:0:1
    std::string name;     // package-0, dram ...
    std::string channel;  // unique
    bool mmio = false;
    Scope scope = Scope::other;
};

class Rapl final : public Source
{
  public:
    Rapl(std::vector<Zone> const& zones, Options const& options) : clock_(clock_of(options))
    {
        for (Zone const& zone : zones)
        {
            NumberFile range_file(zone.path / "max_energy_range_uj");
            auto const range = range_file.number();
            bool const known = range && *range > 0.0;
            registers_.push_back(
                {NumberFile(zone.path / "energy_uj"), Unwrap(known ? Joules(*range * joules_per_count) : Joules{}, highest_plausible(zone.scope))});
            Channel channel;
            channel.name = zone.channel;
            channel.source = "rapl";
            channel.detail = zone.path.string();
            channel.kind = ChannelKind::counter;
            channel.scope = zone.scope;
            channel.period = options.period;
            channel.resolution = register_step_j;
            channels_.push_back(channel);
        }
    }

    std::vector<Channel> const& channels() const override { return channels_; }

    void read(std::vector<Reading>& out) override
    {
        for (std::size_t i = 0; i < registers_.size(); ++i)
        {
            Instant const before = clock_.now();
            auto const microjoules = registers_[i].file.number();
            Instant const at = before + (clock_.now() - before) / 2;
            if (!microjoules)
            {
                out.push_back({i, at, 0.0, fault_word::read_error});
                continue;
            }
            auto const step = registers_[i].unwrap.step(Joules(*microjoules * joules_per_count), at);
            out.push_back({i, at, step.total.value(), step.fault});
        }
    }

  private:
    struct Register
    {
        NumberFile file;
        Unwrap unwrap;
    };
    Clock& clock_;
    std::vector<Register> registers_;
    std::vector<Channel> channels_;
};

/// intel-rapl:0, intel-rapl:0:1, intel-rapl-mmio:0; not the control type's own folder.
bool is_zone(std::string const& folder)
{
    auto const colon = folder.find(':');
    std::string const type = folder.substr(0, colon);
    if (colon == std::string::npos || (type != "intel-rapl" && type != "intel-rapl-mmio"))
    {
        return false;
    }
    std::string const rest = folder.substr(colon + 1);
    auto const second = rest.find(':');
    return is_number(rest.substr(0, second)) && (second == std::string::npos || is_number(rest.substr(second + 1)));
}

std::vector<Zone> zones_below(std::filesystem::path const& powercap)
{
    std::vector<Zone> zones;
    std::error_code problem;
    for (auto const& entry : std::filesystem::directory_iterator(powercap, problem))
    {
        std::string const folder = entry.path().filename();
        if (is_zone(folder))
        {
            Zone zone;
            zone.path = entry.path();
            zone.folder = folder;
            zone.name = sys::find_word(entry.path() / "name").value_or("");
            zone.mmio = folder.starts_with("intel-rapl-mmio");
            zones.push_back(zone);
        }
    }
    std::sort(zones.begin(), zones.end(), [](Zone const& a, Zone const& b) { return a.folder < b.folder; });
    return zones;
}

/// Names and scopes: package-0; dram-0, core-0, uncore-0 of package-0; psys.
void name_zones(std::vector<Zone>& zones)
{
    std::map<std::string, std::string> package_of;
    for (Zone const& zone : zones)
    {
        if (zone.name.starts_with("package-"))
        {
            package_of[zone.folder] = zone.name.substr(8);
        }
    }
    for (Zone& zone : zones)
    {
        if (zone.name.starts_with("package-"))
        {
            zone.channel = zone.name;
            zone.scope = Scope::cpu;
        }
        else
        {
            auto const parent = package_of.find(zone.folder.substr(0, zone.folder.rfind(':')));
            zone.channel = parent == package_of.end() ? zone.name : zone.name + "-" + parent->second;
            zone.scope = zone.name == "dram" ? Scope::memory : Scope::other;
        }
    }
}

/// Takes out what would be counted twice, saying so in `notes`.
std::vector<Zone> without_duplicates(std::vector<Zone> const& zones, std::vector<std::string>& notes)
{
    std::vector<Zone> kept;
    std::map<std::string, std::pair<std::string, double>> die_energy;  // package -> its first die's channel and counter
    for (Zone const& zone : zones)
    {
        bool const repeated = std::any_of(
            zones.begin(), zones.end(), [&](Zone const& other)
            { return &other != &zone && other.channel == zone.channel && (zone.mmio ? !other.mmio : other.folder < zone.folder && !other.mmio); });
        if (repeated)
        {
            notes.push_back(zone.folder + ": left out, another zone already gives " + zone.channel);
            continue;
        }
        auto const die = zone.name.find("-die-");
        if (zone.scope == Scope::cpu && die != std::string::npos)
        {
            double const now = NumberFile(zone.path / "energy_uj").number().value_or(std::nan("")) * joules_per_count;
            auto const [first, fresh] = die_energy.try_emplace(zone.name.substr(0, die), zone.channel, now);
            if (!fresh && std::abs(first->second.second - now) < same_counter_j)
            {
                notes.push_back(zone.channel + ": left out, it repeats the counter of " + first->second.first + " (one socket, several dies)");
                continue;
            }
        }
        if (zone.name == "psys")
        {
            notes.push_back("psys: never primary by itself, it contains the packages and what else it covers is the board maker's choice");
        }
        kept.push_back(zone);
    }
    return kept;
}

}  // namespace

Discovered find_rapl(Options const& options)
{
    Discovered found{"rapl", nullptr, {}, {}};
    auto const powercap = options.sys / "class/powercap";
    std::vector<Zone> zones = zones_below(powercap);
    if (zones.empty())
    {
        found.reason = "no zone intel-rapl:* in " + powercap.string() +
                       " (no Intel or AMD processor with RAPL, a virtual machine, or the module intel_rapl_msr is not loaded) "
                       "try `modprobe intel_rapl_msr`";
        return found;
    }
    int refused = 0;
    std::vector<Zone> readable;
    std::string other_problem;
    for (Zone const& zone : zones)
    {
        NumberFile energy(zone.path / "energy_uj");
        if (energy.number())
        {
            readable.push_back(zone);
        }
        else if (energy.error() == EACCES || energy.error() == EPERM)
        {
            ++refused;
        }
        else
        {
            other_problem = zone.folder + "/energy_uj: " + errno_text(energy.error());
            found.notes.push_back(other_problem);
        }
    }
    if (readable.empty())
    {
        found.notes.clear();
        found.reason = refused > 0 ? "energy_uj in " + powercap.string() +
                                         " may be read by root only (Linux 5.10 and later, against CVE-2020-8694) let the administrator "
                                         "run ghee-powerd as the node's system daemon"
                                   : "no counter can be read (" + other_problem + ")";
        return found;
    }
    name_zones(readable);
    readable = without_duplicates(readable, found.notes);
    found.source = std::make_unique<Rapl>(readable, options);
    return found;
}

}  // namespace ghee::power
