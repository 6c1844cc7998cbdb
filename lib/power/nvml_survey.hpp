// The channels of NVIDIA GPUs: which parts the driver tells of, in which ways, and how each is read.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "power/nvml_library.hpp"
#include "power/source.hpp"

namespace ghee::power::nvml {

enum class Way { energy, usage, field };

struct Sensor
{
    Device device = nullptr;
    Way way = Way::energy;
    unsigned field = 0;  ///< of Way::field, and its scope
    unsigned scope = 0;
};

/// J or W as the driver tells it; empty: the read failed.
std::optional<double> read(Library const&, Sensor const&);

struct Told
{
    Channel channel;  ///< refresh not yet told
    Sensor sensor;
};

class Survey
{
  public:
    /// Both outlive it.
    Survey(Library const& library, Options const& options) : library_(library), options_(options), driver_(library.driver()) {}

    /// Adds the channels of GPU `index`; what it does not support goes into `notes`.
    void add(unsigned index, std::vector<std::string>& notes);

    [[nodiscard]] std::vector<Told> const& told() const { return told_; }

  private:
    struct Gpu;
    struct Part;

    [[nodiscard]] std::vector<FieldValue> powers_of(Device) const;
    [[nodiscard]] std::string board_of(Gpu const&) const;
    void join(std::string const& module, Gpu const&);
    void add_energy(Part&, Gpu const&, std::vector<std::string>& notes);
    void add_powers(Part const&, Gpu const&, std::vector<FieldValue> const& powers);
    void add_usage(Part const&, Gpu const&, std::vector<std::string>& notes);
    void add_sensor(Part const&, std::string const& name, ChannelKind, Seconds window, Gpu const&, Sensor, std::string const& what);

    Library const& library_;
    Options const& options_;
    std::string driver_;
    std::map<std::string, int> modules_;  ///< numbers, by board
    std::vector<Told> told_;
};

}  // namespace ghee::power::nvml
