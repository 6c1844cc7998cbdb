// Power guessed from load where no meter is: idle power plus busy time times power per core. Says so everywhere it appears.
#include <algorithm>
#include <array>
#include <cmath>
#include <sstream>

#include "power/number_file.hpp"
#include "power/sources.hpp"
#include "record/flag.hpp"
#include "sys/file.hpp"

namespace ghee::power {

namespace {

// BUTTER-E's 36-core nodes: 220 W idle in the best of their classes; a Xeon Gold 6154 is designed for 200 W on 18 cores.
constexpr double default_idle_w_per_core = 220.0 / 36.0;
constexpr double default_active_w_per_core = 200.0 / 18.0;
constexpr double relative_error = 0.5;  // a judgement, not a measurement
constexpr double tick_s = 0.01;         // USER_HZ is 100 on every Linux platform we know

struct Busy
{
    double seconds = 0.0;  // of all CPUs together since boot
    int cpus = 0;
};

/// user + nice + system + irq + softirq of /proc/stat; time stolen by the host is not this node's.
std::optional<Busy> busy_of_stat(std::string const& text)
{
    std::istringstream lines(text);
    std::string line;
    Busy busy;
    bool total = false;
    while (std::getline(lines, line))
    {
        std::istringstream fields(line);
        std::string name;
        fields >> name;
        if (name == "cpu")
        {
            std::array<double, 7> tick{};
            for (double& t : tick)
            {
                fields >> t;
            }
            total = static_cast<bool>(fields);
            busy.seconds = (tick[0] + tick[1] + tick[2] + tick[5] + tick[6]) * tick_s;
        }
        else if (name.starts_with("cpu"))
        {
            ++busy.cpus;
        }
    }
    return total && busy.cpus > 0 ? std::optional(busy) : std::nullopt;
}

/// Processor time of the root control group in s: in nanoseconds (version 1) or microseconds (version 2). NaN: not there.
/// Version 2's usage_usec is not read: until Linux 6.14 the root's contains the time stolen by the host.
double busy_of_group(std::filesystem::path const& sys)
{
    if (auto const nanoseconds = NumberFile(sys / "fs/cgroup/cpuacct/cpuacct.usage").number())
    {
        return *nanoseconds * 1e-9;
    }
    std::istringstream stat(sys::find_text(sys / "fs/cgroup/cpu.stat").value_or(""));
    std::string key;
    double value = 0.0;
    double user = std::nan("");
    double system = std::nan("");
    while (stat >> key >> value)
    {
        if (key == "user_usec")
        {
            user = value;
        }
        else if (key == "system_usec")
        {
            system = value;
        }
    }
    return (user + system) * 1e-6;
}

/// Smallest step of busy_of_group, s. The kernel sums version 2's true root from the ticks of /proc/stat, whatever unit it prints;
/// every other group is timed exactly, and has a cgroup.type.
double step_of_group(std::filesystem::path const& sys)
{
    auto const there = [&](char const* name) { return sys::find_text(sys / "fs/cgroup" / name).has_value(); };
    return there("cpuacct/cpuacct.usage") || there("cgroup.type") ? 1e-6 : tick_s;
}

bool has_entry(std::filesystem::path const& folder, std::string_view containing)
{
    std::error_code error;
    std::filesystem::directory_iterator entries(folder, error);
    return !error && std::any_of(begin(entries), end(entries), [&](std::filesystem::directory_entry const& entry)
                                 { return entry.path().filename().string().find(containing) != std::string::npos; });
}

/// Whether NVIDIA's or AMD's driver holds a device of this node: entries are named by PCI address. Also in a container that was
/// given none of them, for the node draws their power all the same.
bool node_has_gpu(Options const& options)
{
    return has_entry(options.proc / "driver/nvidia/gpus", ":") || has_entry(options.sys / "bus/pci/drivers/nvidia", ":") ||
           has_entry(options.sys / "bus/pci/drivers/amdgpu", ":");
}

class Estimate final : public Source
{
  public:
    Estimate(Options const& options, Busy const& now)
        : sys_(options.sys), stat_(options.proc / "stat"), clock_(clock_of(options)), start_(clock_.now()),
          idle_w_(options.estimate_idle_w > 0.0 ? options.estimate_idle_w : default_idle_w_per_core * now.cpus),
          active_w_(options.estimate_active_w_per_core > 0.0 ? options.estimate_active_w_per_core : default_active_w_per_core)
    {
        // In a container the "root" group is the container's: it is the node's only where it has seen nearly all the node's time.
        double const group = busy_of_group(sys_);
        by_group_ = group >= 0.9 * now.seconds && group <= 1.1 * now.seconds + 1.0;
        last_busy_ = by_group_ ? group : now.seconds;

        Channel channel;
        channel.name = "estimate";
        channel.source = "estimate";
        std::ostringstream detail;
        detail << idle_w_ << " W + " << active_w_ << " W per busy core of " << now.cpus << ", busy time of "
               << (by_group_ ? (sys_ / "fs/cgroup").string() : stat_.string());
        if (node_has_gpu(options))
        {
            detail << "; nothing of the node's GPU";
            channel.flags.emplace_back(flag::estimate_without_gpu);
        }
        channel.detail = detail.str();
        channel.kind = ChannelKind::counter;
        channel.scope = Scope::node;
        channel.period = options.period;
        channel.resolution = active_w_ * (by_group_ ? step_of_group(sys_) : tick_s);
        channel.accuracy = relative_error;
        channel.estimated = true;
        channels_.push_back(channel);
    }

    std::vector<Channel> const& channels() const override { return channels_; }

    void read(std::vector<Reading>& out) override
    {
        Instant const before = clock_.now();
        double const busy = by_group_ ? busy_of_group(sys_) : busy_now();
        Instant const at = before + (clock_.now() - before) / 2;
        if (std::isnan(busy))
        {
            out.push_back({0, at, 0.0, fault_word::read_error});
            return;
        }
        // The kernel's sums over CPUs step back by a tick now and then; what was counted stays counted.
        if (busy > last_busy_)
        {
            active_j_ += (busy - last_busy_) * active_w_;
            last_busy_ = busy;
        }
        double const elapsed = std::chrono::duration_cast<Seconds>(at - start_).count();
        out.push_back({0, at, idle_w_ * elapsed + active_j_, {}});
    }

  private:
    [[nodiscard]] double busy_now() const
    {
        auto const busy = busy_of_stat(sys::find_text(stat_).value_or(""));
        return busy ? busy->seconds : std::nan("");
    }

    std::filesystem::path sys_;
    std::filesystem::path stat_;
    Clock& clock_;
    Instant start_;
    double idle_w_;
    double active_w_;
    bool by_group_ = false;
    double last_busy_ = 0.0;
    double active_j_ = 0.0;
    std::vector<Channel> channels_;
};

}  // namespace

Discovered find_estimate(Options const& options)
{
    Discovered found{"estimate", nullptr, {}, {}};
    auto const busy = busy_of_stat(sys::find_text(options.proc / "stat").value_or(""));
    if (!busy)
    {
        found.reason = "no processor times in " + (options.proc / "stat").string() + " (proc is not mounted?)";
        return found;
    }
    found.source = std::make_unique<Estimate>(options, *busy);
    return found;
}

}  // namespace ghee::power
