// ghee data
#include "verb.hpp"

namespace ghee::app {

ExitCode data(std::vector<std::string> const&)
{
    throw Error("ghee data is not built yet");
}

}  // namespace ghee::app
