// NVIDIA GPUs: energy counters and powers of GPU, memory and module, each as what the driver says it is.
#include <algorithm>
#include <cstdint>
#include <cstdio>
#include <map>

#include "power/nvml_library.hpp"
#include "power/plausible.hpp"
#include "power/refresh.hpp"
#include "power/sources.hpp"
#include "power/unwrap.hpp"
#include "record/flag.hpp"
#include "sys/file.hpp"

namespace ghee::power {

namespace {

using nvml::Device;
using nvml::FieldValue;
using nvml::Library;
using nvml::Result;
using nvml::success;

constexpr Seconds assumed_refresh{0.1};  // of energy and power on data-centre parts
constexpr Seconds power_average{1.0};    // of field 185, and of nvmlDeviceGetPowerUsage after GA100
constexpr double relative_error = 0.05;  // NVML's own statement for power, and the gain seen on A100 (0.954)
constexpr int last_instant_capability = 80;

enum class Way { energy, usage, field };

struct Sensor
{
    Device device;
    Way way;
    unsigned field;  ///< of Way::field
    unsigned scope;
    Unwrap unwrap;
    bool seen = false;
    double last = 0.0;
};

struct Gpu
{
    unsigned index = 0;
    Device device = nullptr;
    std::string name;
    std::string pci;
    std::vector<std::string> devices;  ///< UUIDs: its own, its MIG instances'
    bool cut = false;
};

/// A thing whose energy or power is told: "gpu-0", "gpu-0-memory", "module-0".
struct Part
{
    std::string name;
    Scope scope;
    unsigned nvml_scope;
    bool counted = false;  ///< it has an energy counter
};

class Nvml final : public Source
{
  public:
    Nvml(std::unique_ptr<Library> library, Options const& options)
        : library_(std::move(library)), options_(options), clock_(clock_of(options)), driver_(library_->driver())
    {
    }
    ~Nvml() override { library_->shutdown(); }
    Nvml(Nvml const&) = delete;
    Nvml& operator=(Nvml const&) = delete;

    /// Adds the channels of GPU `index`; what it does not support goes into `notes`.
    void add(unsigned index, std::vector<std::string>& notes)
    {
        Gpu gpu;
        gpu.index = index;
        std::string const called = "gpu-" + std::to_string(index);
        if (Result const result = library_->handle(index, &gpu.device); result != success)
        {
            notes.push_back(called + ": " + library_->error_string(result));
            return;
        }
        gpu.name = library_->name_of(gpu.device);
        gpu.pci = library_->pci_of(gpu.device);
        if (auto uuid = library_->uuid_of(gpu.device); !uuid.empty())
            gpu.devices.push_back(std::move(uuid));
        gpu.cut = library_->is_cut(gpu.device);
        if (gpu.cut)
        {
            auto const instances = library_->instances_of(gpu.device);
            gpu.devices.insert(gpu.devices.end(), instances.begin(), instances.end());
            notes.push_back(called + ": cut up by MIG; energy and power are of the whole GPU, not of an instance");
        }

        auto const powers = powers_of(gpu.device);
        Part own{called, Scope::gpu, nvml::scope_gpu};
        Part memory{called + "-memory", Scope::memory, nvml::scope_memory};
        Part module{"", Scope::module, nvml::scope_module};
        // A superchip's counter is the module's, the processor included; so is the power of drivers that do not tell scopes.
        bool const in_module =
            tells(powers, nvml::scope_module) || gpu.name.find("GH200") != std::string::npos || gpu.name.find("GB200") != std::string::npos;
        bool module_is_new = false;
        if (in_module)
        {
            auto const [found, fresh] = modules_.try_emplace(board_of(gpu), static_cast<int>(modules_.size()));
            module.name = "module-" + std::to_string(found->second);
            module_is_new = fresh;
            if (!fresh)
            {
                join(module.name, gpu);
                notes.push_back(called + ": is on " + module.name + ", which is told once");
            }
        }
        std::size_t const before = channels_.size();
        if (!in_module || module_is_new)
            add_energy(in_module ? module : own, gpu, called, notes);
        if (module_is_new && tells(powers, nvml::scope_module))
            add_powers(module, gpu, powers);
        if (tells(powers, nvml::scope_gpu))
            add_powers(own, gpu, powers);
        else if (!in_module || (module_is_new && !tells(powers, nvml::scope_module)))
            add_usage(in_module ? module : own, gpu, called, notes);
        if (channels_.size() > before)
            add_powers(memory, gpu, powers);
    }

    /// Looks how often every sensor renews its value, and says so in its channel. Blocks for refresh_patience.
    void measure()
    {
        std::vector<std::function<std::optional<double>()>> looks;
        std::vector<ChannelKind> kinds;
        for (std::size_t i = 0; i < sensors_.size(); ++i)
        {
            looks.emplace_back([this, i] { return raw(sensors_[i]); });
            kinds.push_back(channels_[i].kind);
        }
        auto const periods = measure_refresh(looks, kinds, clock_);
        for (std::size_t i = 0; i < channels_.size(); ++i)
        {
            Channel& channel = channels_[i];
            channel.refresh_measured = periods[i] > Seconds(0);
            channel.refresh = channel.refresh_measured ? periods[i] : assumed_refresh;
            if (channel.kind == ChannelKind::counter)
                channel.averaging_window = channel.refresh;
            char text[96];
            if (channel.refresh_measured)
                std::snprintf(text, sizeof text, "; renewed every %.3f s (measured)", channel.refresh.count());
            else
                std::snprintf(text, sizeof text, "; renewed every %.1f s (assumed: not seen to change often enough in %.1f s)",
                              channel.refresh.count(), refresh_patience.count());
            channel.detail += text;
        }
    }

    std::vector<Channel> const& channels() const override { return channels_; }

    void read(std::vector<Reading>& out) override
    {
        for (std::size_t i = 0; i < sensors_.size(); ++i)
        {
            Sensor& sensor = sensors_[i];
            Instant const before = clock_.now();
            auto const value = raw(sensor);
            Instant const at = before + (clock_.now() - before) / 2;
            if (!value)
                out.push_back({i, at, 0.0, fault_word::read_error});
            else if (channels_[i].kind == ChannelKind::gauge)
                out.push_back({i, at, *value, {}});
            // A GPU always draws something: a counter that has not moved has not been refreshed, or is frozen. Neither is a
            // sample.
            else if (!sensor.seen || *value != sensor.last)
            {
                sensor.seen = true;
                sensor.last = *value;
                auto const step = sensor.unwrap.step(Joules(*value), at);
                out.push_back({i, at, step.total.value(), step.fault});
            }
        }
    }

  private:
    /// J or W as the driver tells it; empty: the read failed.
    std::optional<double> raw(Sensor const& sensor) const
    {
        if (sensor.way == Way::energy)
        {
            unsigned long long millijoules = 0;
            return library_->energy(sensor.device, &millijoules) == success ? std::optional(static_cast<double>(millijoules) * 1e-3) : std::nullopt;
        }
        if (sensor.way == Way::usage)
        {
            unsigned milliwatts = 0;
            return library_->power(sensor.device, &milliwatts) == success ? std::optional(milliwatts * 1e-3) : std::nullopt;
        }
        FieldValue value;
        value.field = sensor.field;
        value.scope = sensor.scope;
        auto const answer = library_->ask(sensor.device, {value});
        return answer.empty() ? std::nullopt : answer.front().watts();
    }

    /// All powers that the driver tells of a GPU, by scope and field. Older drivers know the fields but no scopes and give the GPU's
    /// power whatever scope is asked for: what equals it to the milliwatt, taken at the same moment, is not told.
    [[nodiscard]] std::vector<FieldValue> powers_of(Device device) const
    {
        std::vector<FieldValue> wanted;
        for (unsigned const scope : {nvml::scope_gpu, nvml::scope_module, nvml::scope_memory})
            for (unsigned const field : {nvml::field_power_average, nvml::field_power_instant})
            {
                wanted.emplace_back();
                wanted.back().field = field;
                wanted.back().scope = scope;
            }
        auto told = library_->ask(device, wanted);
        std::vector<FieldValue> const all = told;
        std::erase_if(told,
                      [&](FieldValue const& one)
                      {
                          auto const watts = one.watts();
                          return !watts || (one.scope != nvml::scope_gpu &&
                                            std::any_of(all.begin(), all.end(), [&](FieldValue const& gpu)
                                                        { return gpu.scope == nvml::scope_gpu && gpu.field == one.field && gpu.watts() == watts; }));
                      });
        return told;
    }

    static bool tells(std::vector<FieldValue> const& powers, unsigned scope)
    {
        return std::any_of(powers.begin(), powers.end(), [&](FieldValue const& one) { return one.scope == scope; });
    }

    /// What GPUs of one module have in common: the memory domain that the kernel says their PCI device is nearest to.
    [[nodiscard]] std::string board_of(Gpu const& gpu) const
    {
        std::string address = gpu.pci;
        std::transform(address.begin(), address.end(), address.begin(), [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
        auto const domain = address.empty() ? std::nullopt : sys::find_word(options_.sys / "bus/pci/devices" / address / "numa_node");
        return domain && *domain != "-1" ? "memory domain " + *domain : "gpu " + std::to_string(gpu.index);
    }

    /// The module's channels are of this GPU, too.
    void join(std::string const& module, Gpu const& gpu)
    {
        for (Channel& channel : channels_)
            if (part_of(channel.name) == module)
                channel.devices.insert(channel.devices.end(), gpu.devices.begin(), gpu.devices.end());
    }

    void add_energy(Part& part, Gpu const& gpu, std::string const& called, std::vector<std::string>& notes)
    {
        unsigned long long millijoules = 0;
        Result const result = library_->energy ? library_->energy(gpu.device, &millijoules) : nvml::not_supported;
        part.counted = result == success;
        if (part.counted)
            add_sensor(part, part.name, ChannelKind::counter, {}, gpu, {gpu.device, Way::energy, 0, 0, unwrap_for(part)}, "energy counter");
        else
            notes.push_back(called + ": no energy counter (" + library_->error_string(result) +
                            "; Volta and later have one), its power is integrated");
    }

    void add_powers(Part const& part, Gpu const& gpu, std::vector<FieldValue> const& powers)
    {
        bool named = part.counted;
        for (FieldValue const& one : powers)
        {
            // One power of the memory is enough: it is part of the GPU's and no run is charged with it.
            if (one.scope != part.nvml_scope || (named && part.scope == Scope::memory))
                continue;
            bool const average = one.field == nvml::field_power_average;
            std::string const name = !named ? part.name : part.name + (average ? "-power" : "-instant");
            named = true;
            add_sensor(part, name, ChannelKind::gauge, average ? power_average : Seconds(0), gpu,
                       {gpu.device, Way::field, one.field, one.scope, unwrap_for(part)},
                       std::string(average ? "average" : "instant") + " power (field " + std::to_string(one.field) + ")");
        }
    }

    /// The one power that old drivers tell; what it is depends on the architecture.
    void add_usage(Part const& part, Gpu const& gpu, std::string const& called, std::vector<std::string>& notes)
    {
        unsigned milliwatts = 0;
        if (Result const result = library_->power(gpu.device, &milliwatts); result != success)
        {
            notes.push_back(called + ": no power reading (" + std::string(library_->error_string(result)) + ")");
            return;
        }
        int major = 0;
        int minor = 0;
        bool const known = library_->capability && library_->capability(gpu.device, &major, &minor) == success;
        bool const instant = known && 10 * major + minor <= last_instant_capability;
        add_sensor(part, part.counted ? part.name + "-power" : part.name, ChannelKind::gauge, instant ? Seconds(0) : power_average, gpu,
                   {gpu.device, Way::usage, 0, 0, unwrap_for(part)},
                   std::string(instant ? "instant" : "average") + " power (by its architecture; the driver does not say)");
    }

    static Unwrap unwrap_for(Part const& part) { return Unwrap(Joules{}, highest_plausible(part.scope)); }

    void add_sensor(Part const& part, std::string const& name, ChannelKind kind, Seconds window, Gpu const& gpu, Sensor sensor,
                    std::string const& what)
    {
        Channel channel;
        channel.name = name;
        channel.source = "nvml";
        channel.kind = kind;
        channel.scope = part.scope;
        channel.period = options_.period;
        channel.averaging_window = window;
        channel.resolution = 1e-3;
        channel.accuracy = relative_error;
        channel.devices = gpu.devices;
        channel.detail = options_.nvml_library + " device " + std::to_string(gpu.index) + " (" + gpu.name + ")";
        if (!gpu.devices.empty())
            channel.detail += ", " + gpu.devices.front();
        if (!gpu.pci.empty())
            channel.detail += ", PCI " + gpu.pci;
        if (!driver_.empty())
            channel.detail += ", driver " + driver_;
        channel.detail += "; " + what;
        if (part.scope == Scope::module)
            channel.detail += " of the whole module, processor included";
        else if (part.scope == Scope::memory)
            channel.detail += " of its memory, which is part of the GPU's";
        if (gpu.cut)
            channel.detail += "; cut up by MIG: of the whole GPU";
        channels_.push_back(std::move(channel));
        sensors_.push_back(std::move(sensor));
    }

    std::unique_ptr<Library> library_;
    Options options_;
    Clock& clock_;
    std::string driver_;
    std::map<std::string, int> modules_;
    std::vector<Sensor> sensors_;
    std::vector<Channel> channels_;
};

}  // namespace

Discovered find_nvml(Options const& options)
{
    Discovered found{"nvml", nullptr, {}, {}};
    auto library = std::make_unique<Library>(options.nvml_library);
    if (!library->file)
    {
        found.reason = library->file.reason() + " (no NVIDIA driver on this node)";
        return found;
    }
    if (std::string const missing = library->bind(); !missing.empty())
    {
        found.reason = options.nvml_library + " has no " + missing + " (not NVML, or older than version 2 of its interface)";
        return found;
    }
    Library& functions = *library;
    if (Result const result = functions.init(); result != success)
    {
        found.reason = std::string("nvmlInit: ") + functions.error_string(result) + " (is the driver loaded and does this job have a GPU?)";
        return found;
    }
    auto source = std::make_unique<Nvml>(std::move(library), options);
    unsigned count = 0;
    if (Result const result = functions.count(&count); result != success || count == 0)
    {
        found.reason = result != success ? std::string("nvmlDeviceGetCount: ") + functions.error_string(result)
                                         : "NVML sees no GPU (CUDA devices are given to a job by its --gres)";
        return found;
    }
    for (unsigned i = 0; i < count; ++i)
        source->add(i, found.notes);
    if (source->channels().empty())
    {
        found.reason = "no GPU tells its power:";
        for (std::string const& note : found.notes)
            found.reason += " " + note;
        found.notes.clear();
        return found;
    }
    source->measure();
    found.source = std::move(source);
    return found;
}

}  // namespace ghee::power
