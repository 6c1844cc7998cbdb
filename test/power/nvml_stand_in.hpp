// What a test says of a made-up GPU.
#pragma once

struct StandInGpu
{
    char const* name = "NVIDIA H200";
    bool counts = true;
    bool draws = true;
    bool lost = false;
    unsigned long long millijoules = 1000;
    unsigned milliwatts = 70000;
    int major = 9;
    int minor = 0;
};
