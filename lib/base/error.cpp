// Error text: problem (why) suggestion.
#include "base/error.hpp"

#include <system_error>

namespace ghee {

namespace {
std::string one_line(std::string const& problem, std::string const& why, std::string const& suggestion)
{
    std::string text = problem;
    if (!why.empty())
        text += " (" + why + ")";
    if (!suggestion.empty())
        text += " " + suggestion;
    return text;
}
}  // namespace

Error::Error(std::string problem, std::string why, std::string suggestion, ExitCode code)
    : std::runtime_error(one_line(problem, why, suggestion)), problem_(std::move(problem)), why_(std::move(why)), suggestion_(std::move(suggestion)),
      code_(code)
{
}

std::string errno_text(int number) { return std::generic_category().message(number); }

}  // namespace ghee
