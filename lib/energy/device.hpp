// Which channels tell of the devices a run had.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "record/trace.hpp"

namespace ghee::energy {

/// Indices of the traces that tell best of `devices` (UUIDs, or beginnings of them), each once: of a GPU its own counter, else its
/// average or only power, else the figure of its module. Empty where a device has none.
std::vector<std::size_t> traces_of_devices(std::span<Trace const>, std::span<std::string const> devices);

/// The channel's energy is of more than one device, or of more than a device.
bool is_shared(Channel const&);

}  // namespace ghee::energy
