// ghee network
#include "verb.hpp"

namespace ghee::app {

ExitCode network(std::vector<std::string> const&)
{
    throw Error("ghee network is not built yet");
}

}  // namespace ghee::app
