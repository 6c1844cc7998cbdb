// ghee status
#include "verb.hpp"

namespace ghee::app {

ExitCode status(std::vector<std::string> const&)
{
    throw Error("ghee status is not built yet");
}

}  // namespace ghee::app
