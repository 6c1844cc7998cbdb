// What a user can cause: problem (why) suggestion, with the exit code it deserves.
#pragma once

#include <stdexcept>
#include <string>

namespace ghee {

/// Exit codes of every ghee program.
enum class ExitCode { done = 0, failed = 1, usage = 2, incomplete = 3 };

/// Bad input or a broken environment. Caught in main only, printed as one line.
class Error : public std::runtime_error
{
  public:
    /// `problem`: what is wrong, with `file:line: ` in front where there is one; `why` and `suggestion` may be empty.
    Error(std::string problem, std::string why = {}, std::string suggestion = {}, ExitCode code = ExitCode::failed);

    [[nodiscard]] std::string const& problem() const { return problem_; }
    [[nodiscard]] std::string const& why() const { return why_; }
    [[nodiscard]] std::string const& suggestion() const { return suggestion_; }
    [[nodiscard]] ExitCode code() const { return code_; }

  private:
    std::string problem_;
    std::string why_;
    std::string suggestion_;
    ExitCode code_;
};

/// An Error with exit code 2: the command line or a file the user wrote is wrong.
class UsageError : public Error
{
  public:
    explicit UsageError(std::string problem, std::string why = {}, std::string suggestion = {})
        : Error(std::move(problem), std::move(why), std::move(suggestion), ExitCode::usage)
    {
    }
};

/// A path that the user named cannot be used, for the reason that errno tells: code 2 where another path is all it takes (not there, a
/// folder, no right to it), 1 where the machine failed (disk full, I/O error, too many open files).
Error path_error(std::string problem, int number, std::string suggestion = {});

/// The text of errno value `number`, for the `why` of an Error.
std::string errno_text(int number);

}  // namespace ghee
