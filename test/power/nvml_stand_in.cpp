// A shared library with NVML's functions and GPUs that a test makes up through stand_in_gpu().
#include <cstdio>
#include <cstring>

#include "nvml_stand_in.hpp"

namespace {
StandInGpu gpus[4];
unsigned present = 0;
int started = 0;
constexpr int success = 0;
constexpr int invalid = 2;
constexpr int not_supported = 3;
constexpr int lost = 15;
StandInGpu* gpu_of(void* device) { return static_cast<StandInGpu*>(device); }
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
int nvmlDeviceGetCudaComputeCapability(void* device, int* major, int* minor)
{
    *major = gpu_of(device)->major;
    *minor = gpu_of(device)->minor;
    return success;
}
}
