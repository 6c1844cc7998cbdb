// What one GPU and its module tell, asked once at the start.
#include "power/nvml_survey.hpp"

#include <algorithm>
#include <cctype>

#include "sys/file.hpp"

namespace ghee::power::nvml {

namespace {
constexpr Seconds power_average{1.0};    // of field 185, and of nvmlDeviceGetPowerUsage after GA100
constexpr double relative_error = 0.05;  // NVML's own statement for power, and the gain seen on A100 (0.954)
constexpr int last_instant_capability = 80;

bool tells(std::vector<FieldValue> const& powers, unsigned scope)
{
    return std::any_of(powers.begin(), powers.end(), [&](FieldValue const& one) { return one.scope == scope; });
}
}  // namespace

struct Survey::Gpu
{
    unsigned index = 0;
    std::string called;  ///< "gpu-0"
    Device device = nullptr;
    std::string name;
    std::string pci;
    std::vector<std::string> devices;  ///< UUIDs: its own, its MIG instances'
    bool cut = false;                  ///< by MIG
};

/// A thing whose energy or power is told: "gpu-0", "gpu-0-memory", "module-0".
struct Survey::Part
{
    std::string name;
    Scope scope;
    unsigned nvml_scope;   ///< under which the driver tells its powers
    bool counted = false;  ///< it has an energy counter
};

std::optional<double> read(Library const& library, Sensor const& sensor)
{
    if (sensor.way == Way::energy)
    {
        unsigned long long millijoules = 0;
        return library.energy(sensor.device, &millijoules) == success ? std::optional(static_cast<double>(millijoules) * 1e-3) : std::nullopt;
    }
    if (sensor.way == Way::usage)
    {
        unsigned milliwatts = 0;
        return library.power(sensor.device, &milliwatts) == success ? std::optional(milliwatts * 1e-3) : std::nullopt;
    }
    FieldValue value;
    value.field = sensor.field;
    value.scope = sensor.scope;
    auto const answer = library.ask(sensor.device, {value});
    return answer.empty() ? std::nullopt : answer.front().watts();
}

void Survey::add(unsigned index, std::vector<std::string>& notes)
{
    Gpu gpu;
    gpu.index = index;
    gpu.called = "gpu-" + std::to_string(index);
    if (Result const result = library_.handle(index, &gpu.device); result != success)
    {
        notes.push_back(gpu.called + ": " + library_.error_string(result));
        return;
    }
    gpu.name = library_.name_of(gpu.device);
    gpu.pci = library_.pci_of(gpu.device);
    if (auto uuid = library_.uuid_of(gpu.device); !uuid.empty())
        gpu.devices.push_back(std::move(uuid));
    gpu.cut = library_.is_cut(gpu.device);
    if (gpu.cut)
    {
        auto const instances = library_.instances_of(gpu.device);
        gpu.devices.insert(gpu.devices.end(), instances.begin(), instances.end());
        notes.push_back(gpu.called + ": cut up by MIG; energy and power are of the whole GPU, not of an instance");
    }

    auto const powers = powers_of(gpu.device);
    Part own{gpu.called, Scope::gpu, scope_gpu};
    Part memory{gpu.called + "-memory", Scope::memory, scope_memory};
    Part module{"", Scope::module, scope_module};
    // A superchip's counter is the module's, the processor included; so is the power of drivers that do not tell scopes.
    bool const in_module = tells(powers, scope_module) || gpu.name.find("GH200") != std::string::npos || gpu.name.find("GB200") != std::string::npos;
    if (in_module && !tells(powers, scope_module))
        module.nvml_scope = scope_gpu;
    bool module_is_new = false;
    if (in_module)
    {
        auto const [found, fresh] = modules_.try_emplace(board_of(gpu), static_cast<int>(modules_.size()));
        module.name = "module-" + std::to_string(found->second);
        module_is_new = fresh;
        if (!fresh)
        {
            join(module.name, gpu);
            notes.push_back(gpu.called + ": is on " + module.name + ", which is told once");
        }
    }
    std::size_t const before = told_.size();
    Part& counted = in_module ? module : own;
    if (!in_module || module_is_new)
    {
        add_energy(counted, gpu, notes);
        if (tells(powers, counted.nvml_scope))
            add_powers(counted, gpu, powers);
        else
            add_usage(counted, gpu, notes);
    }
    if (in_module && module.nvml_scope == scope_module)
        add_powers(own, gpu, powers);
    if (told_.size() > before)
        add_powers(memory, gpu, powers);
}

/// All powers that the driver tells of a GPU, by scope and field. Older drivers know the fields but no scopes and give the GPU's
/// power whatever scope is asked for: what equals it to the milliwatt, taken at the same moment, is not told.
std::vector<FieldValue> Survey::powers_of(Device device) const
{
    std::vector<FieldValue> wanted;
    for (unsigned const scope : {scope_gpu, scope_module, scope_memory})
        for (unsigned const field : {field_power_average, field_power_instant})
        {
            wanted.emplace_back();
            wanted.back().field = field;
            wanted.back().scope = scope;
        }
    auto told = library_.ask(device, wanted);
    std::vector<FieldValue> const all = told;
    std::erase_if(told,
                  [&](FieldValue const& one)
                  {
                      auto const watts = one.watts();
                      return !watts || (one.scope != scope_gpu &&
                                        std::any_of(all.begin(), all.end(), [&](FieldValue const& gpu)
                                                    { return gpu.scope == scope_gpu && gpu.field == one.field && gpu.watts() == watts; }));
                  });
    return told;
}

/// What GPUs of one module have in common: the memory domain that the kernel says their PCI device is nearest to.
std::string Survey::board_of(Gpu const& gpu) const
{
    std::string address = gpu.pci;
    std::transform(address.begin(), address.end(), address.begin(), [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
    auto const domain = address.empty() ? std::nullopt : sys::find_word(options_.sys / "bus/pci/devices" / address / "numa_node");
    return domain && *domain != "-1" ? "memory domain " + *domain : "gpu " + std::to_string(gpu.index);
}

/// The module's channels are of this GPU, too.
void Survey::join(std::string const& module, Gpu const& gpu)
{
    for (Told& one : told_)
        if (part_of(one.channel.name) == module)
            one.channel.devices.insert(one.channel.devices.end(), gpu.devices.begin(), gpu.devices.end());
}

void Survey::add_energy(Part& part, Gpu const& gpu, std::vector<std::string>& notes)
{
    unsigned long long millijoules = 0;
    Result const result = library_.energy ? library_.energy(gpu.device, &millijoules) : not_supported;
    part.counted = result == success;
    if (part.counted)
        add_sensor(part, part.name, ChannelKind::counter, {}, gpu, {gpu.device, Way::energy, 0, 0}, "energy counter");
    else
        notes.push_back(gpu.called + ": no energy counter (" + library_.error_string(result) +
                        "; Volta and later have one), its power is integrated");
}

void Survey::add_powers(Part const& part, Gpu const& gpu, std::vector<FieldValue> const& powers)
{
    bool named = part.counted;
    for (FieldValue const& one : powers)
    {
        // One power of the memory is enough: it is part of the GPU's and no run is charged with it.
        if (one.scope != part.nvml_scope || (named && part.scope == Scope::memory))
            continue;
        bool const average = one.field == field_power_average;
        std::string const name = !named ? part.name : part.name + (average ? "-power" : "-instant");
        named = true;
        add_sensor(part, name, ChannelKind::gauge, average ? power_average : Seconds(0), gpu, {gpu.device, Way::field, one.field, one.scope},
                   std::string(average ? "average" : "instant") + " power (field " + std::to_string(one.field) + ")");
    }
}

/// The one power that old drivers tell; what it is depends on the architecture.
void Survey::add_usage(Part const& part, Gpu const& gpu, std::vector<std::string>& notes)
{
    unsigned milliwatts = 0;
    if (Result const result = library_.power(gpu.device, &milliwatts); result != success)
    {
        notes.push_back(gpu.called + ": no power reading (" + std::string(library_.error_string(result)) + ")");
        return;
    }
    int major = 0;
    int minor = 0;
    bool const known = library_.capability && library_.capability(gpu.device, &major, &minor) == success;
    bool const instant = known && 10 * major + minor <= last_instant_capability;
    add_sensor(part, part.counted ? part.name + "-power" : part.name, ChannelKind::gauge, instant ? Seconds(0) : power_average, gpu,
               {gpu.device, Way::usage, 0, 0},
               std::string(instant ? "instant" : "average") + " power (by its architecture; the driver does not say)");
}

void Survey::add_sensor(Part const& part, std::string const& name, ChannelKind kind, Seconds window, Gpu const& gpu, Sensor sensor,
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
    told_.push_back({std::move(channel), sensor});
}

}  // namespace ghee::power::nvml
