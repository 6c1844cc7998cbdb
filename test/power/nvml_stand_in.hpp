// What a test says of a made-up GPU.
#pragma once

struct StandInGpu
{
    char const* name = "NVIDIA H200";
    char const* uuid = "GPU-00000000-0000-0000-0000-000000000000";
    char const* pci = "0000:3B:00.0";
    bool counts = true;
    bool draws = true;
    bool lost = false;
    unsigned long long millijoules = 1000;
    unsigned milliwatts = 70000;
    int major = 9;
    int minor = 0;
    // nvmlDeviceGetFieldValues by scope (GPU, module, memory), mW; 0: not supported.
    unsigned average[3] = {0, 0, 0};
    unsigned instant[3] = {0, 0, 0};
    bool knows_scopes = true;  ///< false: an older driver, which gives the GPU's whatever scope is asked for
    // MIG.
    bool cut = false;
    char const* instances[2] = {nullptr, nullptr};
};
