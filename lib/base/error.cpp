// Error text: problem (why) suggestion.
#include "base/error.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
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

Error path_error(std::string problem, int number, std::string suggestion)
{
    static constexpr std::array wrong_paths{ENOENT, ENOTDIR, EISDIR, EACCES, EPERM, EROFS, ENAMETOOLONG, ELOOP};
    bool const wrong = std::find(wrong_paths.begin(), wrong_paths.end(), number) != wrong_paths.end();
    return Error(std::move(problem), errno_text(number), std::move(suggestion), wrong ? ExitCode::usage : ExitCode::failed);
}

std::string errno_text(int number) { return std::generic_category().message(number); }

}  // namespace ghee
