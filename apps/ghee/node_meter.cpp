// Finding or starting the daemon that measures for one call.
#include "node_meter.hpp"

#include <cerrno>
#include <cstdlib>

#include "base/error.hpp"
#include "sys/executable.hpp"
#include "sys/file.hpp"

namespace ghee::app {

NodeMeter::NodeMeter(std::string const& meters)
{
    if (meters == "auto")
        if (auto const socket = meter::find_daemon())
        {
            client_.emplace(*socket);
            return;
        }
    auto const program = sys::sibling_program("ghee-powerd");
    if (!program)
        throw Error("cannot measure", "no power daemon listens on this node, and 'ghee-powerd' does not lie beside 'ghee'",
                    "reinstall ghee or set GHEE_POWERD_SOCKET");
    std::string name = (sys::temporary_folder() / "ghee-meter-XXXXXX").string();
    if (::mkdtemp(name.data()) == nullptr)
        throw Error("cannot make the folder '" + name + "' for the power daemon", errno_text(errno), "set TMPDIR");
    folder_ = name;
    try
    {
        client_.emplace(meter::start_private_daemon(*program, folder_, {"--meters", meters, "--linger", "0"}));
    }
    catch (...)
    {
        std::error_code ignored;
        std::filesystem::remove_all(folder_, ignored);
        throw;
    }
}

NodeMeter::~NodeMeter()
{
    // The daemon goes with its only client.
    client_.reset();
    std::error_code ignored;
    if (!folder_.empty())
        std::filesystem::remove_all(folder_, ignored);
}

}  // namespace ghee::app
