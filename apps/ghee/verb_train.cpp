// ghee train
#include "verb.hpp"

namespace ghee::app {

ExitCode train(std::vector<std::string> const&)
{
    throw Error("ghee train is not built yet");
}

}  // namespace ghee::app
