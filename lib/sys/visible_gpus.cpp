// From numbers and shortened UUIDs to UUIDs.
#include "sys/visible_gpus.hpp"

#include <algorithm>
#include <charconv>
#include <cstdlib>
#include <sstream>

namespace ghee::sys {

namespace {

std::vector<std::string> entries(std::string const& text)
{
    std::vector<std::string> list;
    std::istringstream parts(text);
    for (std::string part; std::getline(parts, part, ',');)
    {
        auto const begin = part.find_first_not_of(" \t");
        auto const end = part.find_last_not_of(" \t");
        list.push_back(begin == std::string::npos ? "" : part.substr(begin, end - begin + 1));
    }
    return list;
}

std::optional<int> number_in(std::string const& text)
{
    int value = 0;
    auto const [end, fault] = std::from_chars(text.data(), text.data() + text.size(), value);
    bool const whole = fault == std::errc() && end == text.data() + text.size() && value >= 0;
    return whole ? std::optional(value) : std::nullopt;
}

/// A driver that may not tell prints question marks.
bool tells_uuid(Gpu const& gpu) { return gpu.uuid.starts_with("GPU-") && gpu.uuid.find('?') == std::string::npos; }

std::string name_for_cuda(Gpu const& gpu) { return tells_uuid(gpu) ? gpu.uuid : std::to_string(gpu.index); }

/// The UUID that a shortened one is the beginning of; itself where that is none or several.
std::string completed(std::string const& beginning, std::vector<Gpu> const& gpus)
{
    auto const fits = [&](Gpu const& gpu) { return tells_uuid(gpu) && gpu.uuid.starts_with(beginning); };
    auto const found = std::find_if(gpus.begin(), gpus.end(), fits);
    return found == gpus.end() || std::count_if(gpus.begin(), gpus.end(), fits) > 1 ? beginning : found->uuid;
}

/// CUDA numbers GPUs by speed unless told otherwise: of one model that is the order of PCI addresses.
bool in_pci_order(std::vector<Gpu> const& gpus, Variables const& variables)
{
    return variables("CUDA_DEVICE_ORDER") == "PCI_BUS_ID" ||
           std::all_of(gpus.begin(), gpus.end(), [&](Gpu const& gpu) { return gpu.name == gpus[0].name; });
}

/// The GPU that entry `place` of `numbers` means; null: nobody can tell from here.
Gpu const* meant(std::size_t place, std::vector<std::string> const& numbers, std::vector<Gpu> const& gpus, Variables const& variables)
{
    if (!variables("SLURM_JOB_ID"))
    {
        auto const number = static_cast<std::size_t>(*number_in(numbers[place]));
        return in_pci_order(gpus, variables) && number < gpus.size() ? &gpus[number] : nullptr;
    }
    for (char const* const name : {"SLURM_STEP_GPUS", "SLURM_JOB_GPUS"})
        if (auto const given = variables(name))
        {
            // Slurm's own numbers are those of the device files, in the order of its list. With fewer numbers than devices (tasks bound to
            // some of them) the places do not correspond.
            auto const devices = entries(*given);
            int const minor = devices.size() == numbers.size() ? number_in(devices[place]).value_or(-1) : -1;
            auto const found = std::find_if(gpus.begin(), gpus.end(), [&](Gpu const& gpu) { return minor >= 0 && gpu.minor == minor; });
            return found == gpus.end() ? nullptr : &*found;
        }
    return nullptr;
}

}  // namespace

Variables own_variables()
{
    return [](char const* name) -> std::optional<std::string>
    {
        char const* const value = std::getenv(name);
        return value ? std::optional<std::string>(value) : std::nullopt;
    };
}

std::vector<std::string> visible_gpus(std::vector<Gpu> const& gpus, Variables const& variables)
{
    auto given = variables("CUDA_VISIBLE_DEVICES");
    if (!given)
        given = variables("GPU_DEVICE_ORDINAL");
    std::vector<std::string> visible;
    if (!given)
    {
        std::transform(gpus.begin(), gpus.end(), std::back_inserter(visible), name_for_cuda);
        return visible;
    }
    auto const list = entries(*given);
    for (std::size_t i = 0; i < list.size(); ++i)
    {
        bool const by_number = number_in(list[i]).has_value();
        if (!by_number && !list[i].starts_with("GPU-") && !list[i].starts_with("MIG-"))
            break;  // "-1", "NoDevFiles": what comes behind is hidden, too
        bool const all_numbers = std::all_of(list.begin(), list.end(), [](std::string const& one) { return number_in(one).has_value(); });
        // A number where the driver shows no GPU is no GPU; a UUID is somebody's word.
        if (by_number && gpus.empty())
            break;
        Gpu const* const gpu = by_number && all_numbers ? meant(i, list, gpus, variables) : nullptr;
        visible.push_back(gpu && tells_uuid(*gpu) ? gpu->uuid : by_number ? list[i] : completed(list[i], gpus));
    }
    return visible;
}

}  // namespace ghee::sys
