// A shared library with NVML's functions and made-up GPUs: those of a test in the same process through stand_in_gpu(), or, in a process
// of its own, those of the file "gpus" in the folder that GHEE_STAND_IN_GPUS names. Its lines: UUID, PCI address, W at rest, W at work,
// factor of the power readings. Such a GPU is at work from the time of the file UUID.begin in that folder to that of UUID.end.
#include <sys/stat.h>
#include <time.h>

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <string>

#include "nvml_stand_in.hpp"

namespace {
constexpr unsigned most = 4;
StandInGpu gpus[most];
unsigned present = 0;
int started = 0;
constexpr int success = 0;
constexpr int invalid = 2;
constexpr int not_supported = 3;
constexpr int not_found = 6;
constexpr int lost = 15;

/// A GPU of the file "gpus".
struct Living
{
    std::string uuid, pci, folder;
    double rest_w = 0, work_w = 0, factor = 1;
    double from_s = 0;
};
Living living[most];
constexpr double renewal_s = 0.1;

double seconds(timespec const& at) { return static_cast<double>(at.tv_sec) + 1e-9 * static_cast<double>(at.tv_nsec); }

/// By the wall clock, as files have it.
double now_s()
{
    timespec at{};
    clock_gettime(CLOCK_REALTIME, &at);
    return seconds(at);
}
double time_of(std::string const& file, double otherwise)
{
    struct stat facts{};
    return stat(file.c_str(), &facts) == 0 ? seconds(facts.st_mtim) : otherwise;
}

void load()
{
    char const* const folder = std::getenv("GHEE_STAND_IN_GPUS");
    if (!folder)
        return;
    std::ifstream lines(std::string(folder) + "/gpus");
    present = 0;
    for (Living one; present < most && lines >> one.uuid >> one.pci >> one.rest_w >> one.work_w >> one.factor; ++present)
    {
        one.folder = folder;
        one.from_s = now_s();
        living[present] = one;
        gpus[present] = StandInGpu{};
        gpus[present].uuid = living[present].uuid.c_str();
        gpus[present].pci = living[present].pci.c_str();
    }
}

StandInGpu* gpu_of(void* device)
{
    auto* const gpu = static_cast<StandInGpu*>(device);
    Living const& life = living[gpu - gpus];
    if (life.uuid.empty())
        return gpu;
    double const renewed = renewal_s * std::floor(now_s() / renewal_s);
    double const begin = time_of(life.folder + "/" + life.uuid + ".begin", renewed);
    double const end = std::min(renewed, time_of(life.folder + "/" + life.uuid + ".end", renewed));
    double const joules = life.rest_w * std::max(0.0, renewed - life.from_s) + (life.work_w - life.rest_w) * std::max(0.0, end - begin);
    bool const works = begin < renewed && end >= renewed;
    gpu->millijoules = static_cast<unsigned long long>(joules * 1e3);
    gpu->milliwatts = static_cast<unsigned>((works ? life.work_w : life.rest_w) * life.factor * 1e3);
    gpu->instant[0] = gpu->milliwatts;
    return gpu;
}

struct FieldValue
{
    unsigned field, scope;
    long long at, latency;
    unsigned type;
    int result;
    union
    {
        double real;
        unsigned narrow;
        unsigned long long wide;
    } value;
};
struct PciInfo
{
    char legacy_id[16];
    unsigned domain, bus, device, pci_device, pci_subsystem;
    char id[32];
};
}  // namespace

extern "C" {
void stand_in_clear() { present = 0; }
StandInGpu* stand_in_gpu()
{
    gpus[present] = StandInGpu{};
    return &gpus[present++];
}
int stand_in_started() { return started; }

int nvmlInit_v2()
{
    ++started;
    load();
    return success;
}
int nvmlShutdown()
{
    --started;
    return success;
}
char const* nvmlErrorString(int result)
{
    return result == success ? "Success" : result == not_supported ? "Not Supported" : result == lost ? "GPU is lost" : "Invalid Argument";
}
int nvmlSystemGetDriverVersion(char* text, unsigned length)
{
    std::snprintf(text, length, "570.86.15");
    return success;
}
int nvmlDeviceGetCount_v2(unsigned* count)
{
    *count = present;
    return success;
}
int nvmlDeviceGetHandleByIndex_v2(unsigned index, void** device)
{
    *device = index < present ? &gpus[index] : nullptr;
    return index < present ? success : invalid;
}
int nvmlDeviceGetName(void* device, char* name, unsigned length)
{
    std::snprintf(name, length, "%s", gpu_of(device)->name);
    return success;
}
int nvmlDeviceGetUUID(void* device, char* uuid, unsigned length)
{
    for (StandInGpu const& gpu : gpus)
        for (auto const& instance : gpu.instances)
            if (device == &instance)  // a MIG instance's handle
            {
                std::snprintf(uuid, length, "%s", instance);
                return success;
            }
    std::snprintf(uuid, length, "%s", gpu_of(device)->uuid);
    return success;
}
int nvmlDeviceGetPciInfo_v3(void* device, PciInfo* info)
{
    std::memset(info, 0, sizeof *info);
    std::snprintf(info->legacy_id, sizeof info->legacy_id, "%s", gpu_of(device)->pci);
    return success;
}
int nvmlDeviceGetMigMode(void* device, unsigned* now, unsigned* pending)
{
    *now = *pending = gpu_of(device)->cut ? 1 : 0;
    return success;
}
int nvmlDeviceGetMaxMigDeviceCount(void* device, unsigned* count)
{
    *count = gpu_of(device)->cut ? 2 : 0;
    return success;
}
int nvmlDeviceGetMigDeviceHandleByIndex(void* device, unsigned index, void** instance)
{
    StandInGpu* const gpu = gpu_of(device);
    if (index >= 2 || !gpu->instances[index])
        return not_found;
    *instance = &gpu->instances[index];
    return success;
}
int nvmlDeviceGetTotalEnergyConsumption(void* device, unsigned long long* millijoules)
{
    *millijoules = gpu_of(device)->millijoules;
    return gpu_of(device)->lost ? lost : gpu_of(device)->counts ? success : not_supported;
}
int nvmlDeviceGetPowerUsage(void* device, unsigned* milliwatts)
{
    *milliwatts = gpu_of(device)->milliwatts;
    return gpu_of(device)->lost ? lost : gpu_of(device)->draws ? success : not_supported;
}
int nvmlDeviceGetFieldValues(void* device, int count, FieldValue* values)
{
    StandInGpu const& gpu = *gpu_of(device);
    for (FieldValue* one = values; one != values + count; ++one)
    {
        unsigned const scope = gpu.knows_scopes ? one->scope : 0;
        unsigned const milliwatts = scope > 2 ? 0 : one->field == 185 ? gpu.average[scope] : one->field == 186 ? gpu.instant[scope] : 0;
        one->type = 1;
        one->result = gpu.lost ? lost : milliwatts > 0 ? success : not_supported;
        one->value.narrow = milliwatts;
    }
    return gpu.lost ? lost : success;
}
int nvmlDeviceGetCudaComputeCapability(void* device, int* major, int* minor)
{
    *major = gpu_of(device)->major;
    *minor = gpu_of(device)->minor;
    return success;
}
}
