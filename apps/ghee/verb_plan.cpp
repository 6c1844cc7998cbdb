// ghee plan
#include "verb.hpp"

namespace ghee::app {

ExitCode plan(std::vector<std::string> const&)
{
    throw Error("ghee plan is not built yet");
}

}  // namespace ghee::app
