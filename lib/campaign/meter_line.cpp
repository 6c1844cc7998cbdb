// find_daemon, else start_private_daemon.
#include "campaign/meter_line.hpp"

#include <unistd.h>

#include <cstdlib>

#include "base/error.hpp"
#include "sys/executable.hpp"
#include "sys/file.hpp"

namespace ghee::campaign {

namespace {
std::filesystem::path runtime_folder(std::string const& token)
{
    char const* const runtime = std::getenv("XDG_RUNTIME_DIR");
    std::error_code ignored;
    bool const usable = runtime != nullptr && std::filesystem::is_directory(runtime, ignored) && ::access(runtime, W_OK) == 0;
    auto const base = usable ? std::filesystem::path(runtime) : sys::temporary_folder();
    return base / ("ghee-" + std::to_string(::geteuid()) + "-" + token);
}

std::vector<std::string> daemon_arguments(PowerSettings const& power)
{
    std::vector<std::string> arguments{"--period-ms", std::to_string(power.period.count() * 1e3), "--primary", power.primary};
    for (std::string const& meter : power.meters)
    {
        arguments.emplace_back("--meters");
        arguments.push_back(meter);
    }
    return arguments;
}
}  // namespace

meter::Client& MeterLine::client()
{
    if (!client_)
        client_ = open_();
    return *client_;
}

MeterLine::Open open_daemon(Orders const& orders)
{
    return [power = orders.power, token = orders.token]
    {
        if (auto const found = meter::find_daemon())
            return std::make_unique<meter::Client>(*found);
        auto const program = sys::sibling_program("ghee-powerd");
        if (!program)
            throw Error("no power daemon", "ghee-powerd is not beside " + sys::own_executable().string(),
                        "install it there, or name a running one's socket in GHEE_POWERD_SOCKET");
        return std::make_unique<meter::Client>(meter::start_private_daemon(*program, runtime_folder(token), daemon_arguments(power)));
    };
}

}  // namespace ghee::campaign
