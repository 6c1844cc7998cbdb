// NVIDIA GPUs through NVML, opened at run time; its few declarations are ours, so nothing of CUDA is needed to build.
#include <cmath>
#include <cstdint>

#include "power/plausible.hpp"
#include "power/sources.hpp"
#include "power/unwrap.hpp"
#include "record/flag.hpp"
#include "sys/dynamic_library.hpp"

namespace ghee::power {

namespace {

// nvml.h, API version 2.
using Device = struct nvmlDevice_st*;
using Result = int;
constexpr Result success = 0;
constexpr Result not_supported = 3;

constexpr double refresh_s = 0.1;        // of the energy counter on data-centre parts
constexpr double power_average_s = 1.0;  // of nvmlDeviceGetPowerUsage after GA100
constexpr double relative_error = 0.05;  // NVML's own statement for power, and the gain seen on A100 (0.954)
constexpr int last_instant_capability = 80;

struct Library
{
    explicit Library(std::string const& soname) : file({soname}) {}

    sys::DynamicLibrary file;
    Result (*init)() = nullptr;
    Result (*shutdown)() = nullptr;
    char const* (*error_string)(Result) = nullptr;
    Result (*count)(unsigned*) = nullptr;
    Result (*handle)(unsigned, Device*) = nullptr;
    Result (*name)(Device, char*, unsigned) = nullptr;
    Result (*energy)(Device, unsigned long long*) = nullptr;  // absent before driver 410
    Result (*power)(Device, unsigned*) = nullptr;
    Result (*capability)(Device, int*, int*) = nullptr;  // absent before driver 418

    /// The first function that is missing and needed; empty: all there.
    std::string bind()
    {
        init = file.symbol<Result()>("nvmlInit_v2");
        shutdown = file.symbol<Result()>("nvmlShutdown");
        error_string = file.symbol<char const*(Result)>("nvmlErrorString");
        count = file.symbol<Result(unsigned*)>("nvmlDeviceGetCount_v2");
        handle = file.symbol<Result(unsigned, Device*)>("nvmlDeviceGetHandleByIndex_v2");
        name = file.symbol<Result(Device, char*, unsigned)>("nvmlDeviceGetName");
        energy = file.symbol<Result(Device, unsigned long long*)>("nvmlDeviceGetTotalEnergyConsumption");
        power = file.symbol<Result(Device, unsigned*)>("nvmlDeviceGetPowerUsage");
        capability = file.symbol<Result(Device, int*, int*)>("nvmlDeviceGetCudaComputeCapability");
        return !init           ? "nvmlInit_v2"
               : !shutdown     ? "nvmlShutdown"
               : !error_string ? "nvmlErrorString"
               : !count        ? "nvmlDeviceGetCount_v2"
               : !handle       ? "nvmlDeviceGetHandleByIndex_v2"
               : !name         ? "nvmlDeviceGetName"
               : !power        ? "nvmlDeviceGetPowerUsage"
                               : "";
    }
};

class Nvml final : public Source
{
  public:
    Nvml(std::unique_ptr<Library> library, Options const& options) : library_(std::move(library)), options_(options), clock_(clock_of(options)) {}
    ~Nvml() override { library_->shutdown(); }
    Nvml(Nvml const&) = delete;
    Nvml& operator=(Nvml const&) = delete;

    /// Adds the channels of GPU `index`; what it does not support goes into `notes`.
    void add(unsigned index, std::vector<std::string>& notes)
    {
        std::string const gpu = "gpu-" + std::to_string(index);
        Device device = nullptr;
        if (Result const result = library_->handle(index, &device); result != success)
        {
            notes.push_back(gpu + ": " + library_->error_string(result));
            return;
        }
        char name[96] = "?";
        library_->name(device, name, sizeof name);
        // On Grace-Hopper the figures are of the whole module, the processor included.
        bool const module = std::string(name).find("GH200") != std::string::npos;
        Channel channel;
        channel.source = "nvml";
        channel.detail = options_.nvml_library + " device " + std::to_string(index) + " (" + name + ")";
        channel.scope = module ? Scope::module : Scope::gpu;
        channel.period = options_.period;
        channel.resolution = 1e-3;
        channel.accuracy = relative_error;

        unsigned long long millijoules = 0;
        Result const counts = library_->energy ? library_->energy(device, &millijoules) : not_supported;
        if (counts == success)
        {
            channel.name = gpu;
            channel.kind = ChannelKind::counter;
            channel.averaging_window = Seconds(refresh_s);
            add_sensor(channel, device);
        }
        else
        {
            notes.push_back(gpu + ": no energy counter (" + library_->error_string(counts) + "; Volta and later have one), its power is integrated");
        }
        unsigned milliwatts = 0;
        Result const draws = library_->power(device, &milliwatts);
        if (draws != success)
        {
            notes.push_back(gpu + ": no power reading (" + std::string(library_->error_string(draws)) + ")");
            return;
        }
        int major = 0;
        int minor = 0;
        bool const known = library_->capability && library_->capability(device, &major, &minor) == success;
        bool const instant = known && 10 * major + minor <= last_instant_capability;
        channel.name = counts == success ? gpu + "-power" : gpu;
        channel.kind = ChannelKind::gauge;
        channel.averaging_window = Seconds(instant ? 0.0 : power_average_s);
        add_sensor(channel, device);
    }

    std::vector<Channel> const& channels() const override { return channels_; }

    void read(std::vector<Reading>& out) override
    {
        for (std::size_t i = 0; i < sensors_.size(); ++i)
        {
            Sensor& sensor = sensors_[i];
            Instant const before = clock_.now();
            unsigned long long millijoules = 0;
            unsigned milliwatts = 0;
            bool const counter = channels_[i].kind == ChannelKind::counter;
            Result const result = counter ? library_->energy(sensor.device, &millijoules) : library_->power(sensor.device, &milliwatts);
            Instant const at = before + (clock_.now() - before) / 2;
            if (result != success)
            {
                out.push_back({i, at, 0.0, fault_word::read_error});
            }
            else if (!counter)
            {
                out.push_back({i, at, milliwatts * 1e-3, {}});
            }
            // A GPU always draws something: a counter that has not moved has not been refreshed, or is frozen. Neither is a
            // sample.
            else if (!sensor.seen || millijoules != sensor.last)
            {
                sensor.seen = true;
                sensor.last = millijoules;
                auto const step = sensor.unwrap.step(Joules(static_cast<double>(millijoules) * 1e-3), at);
                out.push_back({i, at, step.total.value(), step.fault});
            }
        }
    }

  private:
    struct Sensor
    {
        Device device;
        Unwrap unwrap;
        bool seen = false;
        unsigned long long last = 0;
    };

    void add_sensor(Channel const& channel, Device device)
    {
        channels_.push_back(channel);
        sensors_.push_back({device, Unwrap(Joules{}, highest_plausible(channel.scope))});
    }

    std::unique_ptr<Library> library_;
    Options options_;
    Clock& clock_;
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
    Library& nvml = *library;
    if (Result const result = nvml.init(); result != success)
    {
        found.reason = std::string("nvmlInit: ") + nvml.error_string(result) + " (is the driver loaded and does this job have a GPU?)";
        return found;
    }
    auto source = std::make_unique<Nvml>(std::move(library), options);
    unsigned count = 0;
    if (Result const result = nvml.count(&count); result != success || count == 0)
    {
        found.reason = result != success ? std::string("nvmlDeviceGetCount: ") + nvml.error_string(result)
                                         : "NVML sees no GPU (CUDA devices are given to a job by its --gres)";
        return found;
    }
    for (unsigned i = 0; i < count; ++i)
    {
        source->add(i, found.notes);
    }
    if (source->channels().empty())
    {
        found.reason = "no GPU tells its power:";
        for (std::string const& note : found.notes)
        {
            found.reason += " " + note;
        }
        found.notes.clear();
        return found;
    }
    found.source = std::move(source);
    return found;
}

}  // namespace ghee::power
