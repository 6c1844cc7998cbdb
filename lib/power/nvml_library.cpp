// Binding NVML's functions, and the questions that are asked once.
#include "power/nvml_library.hpp"

#include <array>
#include <cmath>

namespace ghee::power::nvml {

namespace {
/// What a function of (device, text, length) writes; empty: it is absent or refuses.
template<class Function, class... Of>
std::string text_of(Function function, Of... of)
{
    std::array<char, 96> text{};
    if (!function || function(of..., text.data(), static_cast<unsigned>(text.size())) != success)
        return {};
    text.back() = '\0';
    return text.data();
}
}  // namespace

std::optional<double> FieldValue::watts() const
{
    if (result != success)
        return std::nullopt;
    double milliwatts = 0.0;
    switch (type)
    {
        case 0: milliwatts = value.real; break;
        case 1: milliwatts = value.narrow; break;
        case 2: milliwatts = static_cast<double>(value.native); break;
        case 3: milliwatts = static_cast<double>(value.wide); break;
        default: return std::nullopt;
    }
    return std::isfinite(milliwatts) && milliwatts > 0.0 ? std::optional(milliwatts * 1e-3) : std::nullopt;
}

std::string Library::bind()
{
    init = file.symbol<Result()>("nvmlInit_v2");
    shutdown = file.symbol<Result()>("nvmlShutdown");
    error_string = file.symbol<char const*(Result)>("nvmlErrorString");
    count = file.symbol<Result(unsigned*)>("nvmlDeviceGetCount_v2");
    handle = file.symbol<Result(unsigned, Device*)>("nvmlDeviceGetHandleByIndex_v2");
    power = file.symbol<Result(Device, unsigned*)>("nvmlDeviceGetPowerUsage");
    energy = file.symbol<Result(Device, unsigned long long*)>("nvmlDeviceGetTotalEnergyConsumption");
    capability = file.symbol<Result(Device, int*, int*)>("nvmlDeviceGetCudaComputeCapability");
    fields = file.symbol<Result(Device, int, FieldValue*)>("nvmlDeviceGetFieldValues");
    name = file.symbol<Result(Device, char*, unsigned)>("nvmlDeviceGetName");
    uuid = file.symbol<Result(Device, char*, unsigned)>("nvmlDeviceGetUUID");
    pci = file.symbol<Result(Device, PciInfo*)>("nvmlDeviceGetPciInfo_v3");
    driver_version = file.symbol<Result(char*, unsigned)>("nvmlSystemGetDriverVersion");
    mig_mode = file.symbol<Result(Device, unsigned*, unsigned*)>("nvmlDeviceGetMigMode");
    most_instances = file.symbol<Result(Device, unsigned*)>("nvmlDeviceGetMaxMigDeviceCount");
    instance = file.symbol<Result(Device, unsigned, Device*)>("nvmlDeviceGetMigDeviceHandleByIndex");
    return !init           ? "nvmlInit_v2"
           : !shutdown     ? "nvmlShutdown"
           : !error_string ? "nvmlErrorString"
           : !count        ? "nvmlDeviceGetCount_v2"
           : !handle       ? "nvmlDeviceGetHandleByIndex_v2"
           : !name         ? "nvmlDeviceGetName"
           : !power        ? "nvmlDeviceGetPowerUsage"
                           : "";
}

std::string Library::name_of(Device device) const { return text_of(name, device); }
std::string Library::uuid_of(Device device) const { return text_of(uuid, device); }
std::string Library::driver() const { return text_of(driver_version); }

std::string Library::pci_of(Device device) const
{
    PciInfo info{};
    if (!pci || pci(device, &info) != success)
        return {};
    info.legacy_id[sizeof info.legacy_id - 1] = '\0';
    return info.legacy_id;
}

bool Library::is_cut(Device device) const
{
    unsigned now = 0;
    unsigned after_reset = 0;
    return mig_mode && mig_mode(device, &now, &after_reset) == success && now == 1;
}

std::vector<std::string> Library::instances_of(Device device) const
{
    std::vector<std::string> uuids;
    unsigned most = 0;
    if (!most_instances || !instance || most_instances(device, &most) != success)
        return uuids;
    for (unsigned i = 0; i < most; ++i)
        if (Device part = nullptr; instance(device, i, &part) == success)
            if (std::string text = uuid_of(part); !text.empty())
                uuids.push_back(std::move(text));
    return uuids;
}

std::vector<FieldValue> Library::ask(Device device, std::vector<FieldValue> wanted) const
{
    if (!fields || fields(device, static_cast<int>(wanted.size()), wanted.data()) != success)
        return {};
    return wanted;
}

}  // namespace ghee::power::nvml
