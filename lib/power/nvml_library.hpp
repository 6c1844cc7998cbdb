// NVML's functions, opened at run time; the few declarations that are needed are ours, so nothing of CUDA is needed to build.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "sys/dynamic_library.hpp"

namespace ghee::power::nvml {

// nvml.h, API version 2.
using Device = struct nvmlDevice_st*;
using Result = int;
inline constexpr Result success = 0;
inline constexpr Result not_supported = 3;

// Fields of nvmlDeviceGetFieldValues, mW, and what they may be asked of (the field's scope).
inline constexpr unsigned field_power_average = 185;  // over 1 s
inline constexpr unsigned field_power_instant = 186;
inline constexpr unsigned scope_gpu = 0;
inline constexpr unsigned scope_module = 1;
inline constexpr unsigned scope_memory = 2;

union Value
{
    double real;
    unsigned narrow;
    unsigned long native;
    unsigned long long wide;
};
struct FieldValue
{
    unsigned field = 0;
    unsigned scope = 0;
    long long at_us = 0;
    long long latency_us = 0;
    unsigned type = 0;  ///< 0 double, 1 unsigned, 2 unsigned long, 3 unsigned long long
    Result result = not_supported;
    Value value{0.0};

    /// Watts; empty: refused, of a type that powers do not have, or 0 (a GPU that answers draws something).
    [[nodiscard]] std::optional<double> watts() const;
};
static_assert(sizeof(FieldValue) == 40);

struct PciInfo
{
    char legacy_id[16];  ///< "0000:3B:00.0"
    unsigned domain, bus, device, pci_device, pci_subsystem;
    char id[32];
};
static_assert(sizeof(PciInfo) == 68);

struct Library
{
    explicit Library(std::string const& soname) : file({soname}) {}

    /// The first function that is missing and needed; empty: all there.
    std::string bind();

    [[nodiscard]] std::string name_of(Device) const;
    /// Of a GPU or a MIG instance; empty: the driver does not tell.
    [[nodiscard]] std::string uuid_of(Device) const;
    /// "0000:3B:00.0"; empty: the driver does not tell.
    [[nodiscard]] std::string pci_of(Device) const;
    /// Empty: not told.
    [[nodiscard]] std::string driver() const;
    /// Cut up by MIG now.
    [[nodiscard]] bool is_cut(Device) const;
    /// UUIDs of the MIG instances that exist on it.
    [[nodiscard]] std::vector<std::string> instances_of(Device) const;
    /// Powers of a GPU in one call; empty where the driver has no such call.
    [[nodiscard]] std::vector<FieldValue> ask(Device, std::vector<FieldValue> wanted) const;

    sys::DynamicLibrary file;
    Result (*init)() = nullptr;
    Result (*shutdown)() = nullptr;
    char const* (*error_string)(Result) = nullptr;
    Result (*count)(unsigned*) = nullptr;
    Result (*handle)(unsigned, Device*) = nullptr;
    Result (*power)(Device, unsigned*) = nullptr;
    // What follows may be absent: it is younger than the interface, the energy of driver 410, the fields' powers of 525 or so.
    Result (*energy)(Device, unsigned long long*) = nullptr;
    Result (*capability)(Device, int*, int*) = nullptr;
    Result (*fields)(Device, int, FieldValue*) = nullptr;

  private:
    Result (*name)(Device, char*, unsigned) = nullptr;
    Result (*uuid)(Device, char*, unsigned) = nullptr;
    Result (*pci)(Device, PciInfo*) = nullptr;
    Result (*driver_version)(char*, unsigned) = nullptr;
    Result (*mig_mode)(Device, unsigned*, unsigned*) = nullptr;
    Result (*most_instances)(Device, unsigned*) = nullptr;
    Result (*instance)(Device, unsigned, Device*) = nullptr;
};

}  // namespace ghee::power::nvml
