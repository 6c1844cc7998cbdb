// ghee show
#include "verb.hpp"

namespace ghee::app {

ExitCode show(std::vector<std::string> const&)
{
    throw Error("ghee show is not built yet");
}

}  // namespace ghee::app
