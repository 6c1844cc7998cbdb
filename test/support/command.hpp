// Runs a real program as a user would, in a folder of its own, and keeps what it said.
#pragma once

#include <sys/wait.h>

#include <array>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>

namespace ghee::test {

struct CommandResult
{
    int exit_code = -1;  ///< 128 + signal where a signal ended it, as a shell says it
    std::string out;
    std::string err;
};

/// A fresh folder under the system's temporary one, removed with its contents.
class TemporaryFolder
{
  public:
    TemporaryFolder()
    {
        std::string name = (std::filesystem::temp_directory_path() / "ghee-test-XXXXXX").string();
        if (mkdtemp(name.data()) == nullptr)
            std::abort();
        path_ = name;
    }
    ~TemporaryFolder()
    {
        std::error_code ignored;
        std::filesystem::remove_all(path_, ignored);
    }
    TemporaryFolder(TemporaryFolder const&) = delete;
    TemporaryFolder& operator=(TemporaryFolder const&) = delete;
    [[nodiscard]] std::filesystem::path const& path() const { return path_; }
    std::filesystem::path operator/(std::string const& name) const { return path_ / name; }

  private:
    std::filesystem::path path_;
};

inline std::string read_file(std::filesystem::path const& path)
{
    std::ifstream file(path, std::ios::binary);
    std::stringstream text;
    text << file.rdbuf();
    return text.str();
}

inline void write_file(std::filesystem::path const& path, std::string const& text) { std::ofstream(path, std::ios::binary) << text; }

/// `line` goes through /bin/sh; at most `seconds` (then exit code 124).
inline CommandResult run_command(std::string const& line, int seconds = 60)
{
    TemporaryFolder const folder;
    write_file(folder / "line", line);
    std::string const wrapped = "timeout -k 5 " + std::to_string(seconds) + " /bin/sh " + (folder / "line").string() + " >" +
                                (folder / "out").string() + " 2>" + (folder / "err").string() + " </dev/null";
    int const status = std::system(wrapped.c_str());
    CommandResult result;
    result.exit_code = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
    result.out = read_file(folder / "out");
    result.err = read_file(folder / "err");
    return result;
}

}  // namespace ghee::test
