// Busy time from the first line of /proc/stat.
#include "sys/load.hpp"

#include <unistd.h>

#include <array>
#include <sstream>
#include <string>

#include "sys/file.hpp"

namespace ghee::sys {

std::optional<Seconds> node_busy_time(std::filesystem::path const& proc)
{
    auto const text = find_text(proc / "stat");
    if (!text)
        return std::nullopt;
    // cpu user nice system idle iowait irq softirq steal ...; guest time is already in user.
    std::istringstream line(*text);
    std::string name;
    std::array<double, 7> ticks{};
    line >> name;
    for (double& tick : ticks)
        line >> tick;
    if (!line || name != "cpu")
        return std::nullopt;
    return Seconds((ticks[0] + ticks[1] + ticks[2] + ticks[5] + ticks[6]) / static_cast<double>(::sysconf(_SC_CLK_TCK)));
}

}  // namespace ghee::sys
