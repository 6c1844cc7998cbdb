// ghee run
#include "verb.hpp"

namespace ghee::app {

ExitCode run_campaign(std::vector<std::string> const&)
{
    throw Error("ghee run is not built yet");
}

}  // namespace ghee::app
