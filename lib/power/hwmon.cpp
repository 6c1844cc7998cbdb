// Power and energy sensors of drivers below /sys/class/hwmon.
#include <algorithm>
#include <cmath>
#include <set>

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

constexpr double per_micro = 1e-6;  // microwatts, microjoules

struct Sensor
{
    Channel channel;
    NumberFile file;
    Unwrap unwrap;  // of a counter
};

class Hwmon final : public Source
{
  public:
    Hwmon(std::vector<Sensor> sensors, Options const& options) : clock_(clock_of(options)), sensors_(std::move(sensors))
    {
        for (Sensor const& sensor : sensors_)
        {
            channels_.push_back(sensor.channel);
        }
    }

    std::vector<Channel> const& channels() const override { return channels_; }

    void read(std::vector<Reading>& out) override
    {
        for (std::size_t i = 0; i < sensors_.size(); ++i)
        {
            Instant const before = clock_.now();
            auto const value = sensors_[i].file.number();
            Instant const at = before + (clock_.now() - before) / 2;
            if (!value)
            {
                out.push_back({i, at, 0.0, fault_word::read_error});
            }
            else if (sensors_[i].channel.kind == ChannelKind::gauge)
            {
                out.push_back({i, at, *value * per_micro, {}});
            }
            else
            {
                auto const step = sensors_[i].unwrap.step(Joules(*value * per_micro), at);
                out.push_back({i, at, step.total.value(), step.fault});
            }
        }
    }

  private:
    Clock& clock_;
    std::vector<Sensor> sensors_;
    std::vector<Channel> channels_;
};

struct Meaning
{
    std::string name;
    Scope scope;
};

/// What a sensor measures, from its driver's name and its label. Grace: "Module Power Socket 0" holds "Grace Power Socket 0",
/// which holds "CPU Power Socket 0" and "SysIO Power Socket 0".
Meaning meaning_of(std::string const& driver, std::string const& label, std::string const& number)
{
    auto const [words, socket] = split_number(label);
    if (words == "Module Power Socket ")
    {
        return {"module-" + socket, Scope::module};
    }
    if (words == "Grace Power Socket ")
    {
        return {"grace-" + socket, Scope::cpu};
    }
    if (words == "CPU Power Socket " || words == "SysIO Power Socket ")
    {
        return {(words.starts_with("CPU") ? "grace-cpu-" : "grace-sysio-") + socket, Scope::other};
    }
    if (words == "Esocket")
    {
        return {"socket-" + socket, Scope::cpu};
    }
    if (driver == "power_meter" && label.empty())
    {
        return {"node", Scope::node};  // ACPI power meter: the whole machine
    }
    return {driver + "-" + number, driver == "amdgpu" ? Scope::gpu : Scope::other};
}

/// "1" of power1_input where it is a reading we want; empty otherwise. An average is preferred: it misses nothing between
/// readings.
std::string number_of_reading(std::filesystem::path const& folder, std::string const& file)
{
    auto const underscore = file.find('_');
    auto const [quantity, number] = split_number(std::string_view(file).substr(0, underscore));
    std::string const what = underscore == std::string::npos ? std::string{} : file.substr(underscore + 1);
    if ((quantity != "power" && quantity != "energy") || number.empty() || (what != "input" && what != "average"))
    {
        return {};
    }
    bool const shadowed = quantity == "power" && what == "input" && std::filesystem::exists(folder / ("power" + number + "_average"));
    return shadowed ? std::string{} : number;
}

std::string label_of(std::filesystem::path const& folder, std::string const& quantity, std::string const& number)
{
    for (auto const& file :
         {folder / (quantity + number + "_label"), folder / (quantity + number + "_oem_info"), folder / "device" / (quantity + number + "_oem_info")})
    {
        if (auto const label = sys::find_word(file); label && !label->empty())
        {
            return *label;
        }
    }
    return {};
}

}  // namespace

Discovered find_hwmon(Options const& options)
{
    Discovered found{"hwmon", nullptr, {}, {}};
    auto const root = options.sys / "class/hwmon";
    std::vector<std::filesystem::path> folders;
    std::error_code problem;
    for (auto const& entry : std::filesystem::directory_iterator(root, problem))
    {
        folders.push_back(entry.path());
    }
    std::sort(folders.begin(), folders.end());
    std::vector<Sensor> sensors;
    std::set<std::string> names;
    std::string refused;
    for (auto const& folder : folders)
    {
        std::string const driver = sys::find_word(folder / "name").value_or(folder.filename().string());
        std::vector<std::string> files;
        for (auto const& entry : std::filesystem::directory_iterator(folder, problem))
        {
            files.push_back(entry.path().filename());
        }
        std::sort(files.begin(), files.end());
        for (std::string const& file : files)
        {
            std::string const number = number_of_reading(folder, file);
            bool const counter = file.starts_with("energy");
            std::string const label = number.empty() ? std::string{} : label_of(folder, counter ? "energy" : "power", number);
            if (number.empty() || label.starts_with("Ecore"))  // amd_energy: a counter per core besides the socket's
            {
                continue;
            }
            NumberFile reading(folder / file);
            if (!reading.number())
            {
                refused = (folder / file).string() + ": " + errno_text(reading.error());
                found.notes.push_back(refused);
                continue;
            }
            Meaning meaning = meaning_of(driver, label, number);
            if (names.contains(meaning.name))
            {
                meaning.name += (counter ? "-energy-" : "-") + folder.filename().string();
            }
            names.insert(meaning.name);
            Channel channel;
            channel.name = meaning.name;
            channel.source = "hwmon";
            channel.detail = (folder / file).string() + (label.empty() ? "" : " (" + label + ")");
            channel.kind = counter ? ChannelKind::counter : ChannelKind::gauge;
            channel.scope = meaning.scope;
            channel.period = options.period;
            channel.resolution = per_micro;
            if (file.ends_with("_average"))
            {
                NumberFile interval(folder / (file + "_interval"));
                channel.averaging_window = Seconds(interval.number().value_or(0.0) / 1e3);
            }
            sensors.push_back({channel, std::move(reading), Unwrap(Joules{}, highest_plausible(meaning.scope))});
        }
    }
    if (sensors.empty())
    {
        found.notes.clear();
        found.reason = refused.empty() ? "no power or energy sensor in " + root.string() +
                                             " (the board has none, or its driver is not loaded) see `ls /sys/class/hwmon/*/name`; "
                                             "ACPI power meters need the module acpi_power_meter"
                                       : "sensors cannot be read (" + refused + ") let the administrator run ghee-powerd as the node's system daemon";
        return found;
    }
    found.source = std::make_unique<Hwmon>(std::move(sensors), options);
    return found;
}

}  // namespace ghee::power
