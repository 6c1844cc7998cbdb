// Data folders of a test: environment variables set for its lifetime, and a folder of its own.
#pragma once

#include <cstdlib>
#include <filesystem>
#include <optional>
#include <string>

namespace ghee::data::test {

/// Sets (or, without a value, unsets) an environment variable and puts back what was there.
class Variable
{
  public:
    Variable(std::string name, std::optional<std::string> const& value) : name_(std::move(name))
    {
        if (char const* const before = std::getenv(name_.c_str()))
            before_ = before;
        set(value);
    }
    ~Variable() { set(before_); }
    Variable(Variable const&) = delete;
    Variable& operator=(Variable const&) = delete;

  private:
    void set(std::optional<std::string> const& value)
    {
        if (value)
            setenv(name_.c_str(), value->c_str(), 1);
        else
            unsetenv(name_.c_str());
    }
    std::string name_;
    std::optional<std::string> before_;
};

/// An empty folder, removed at the end.
class Folder
{
  public:
    Folder()
    {
        std::string pattern = (std::filesystem::temp_directory_path() / "ghee-data-XXXXXX").string();
        path_ = mkdtemp(pattern.data());
    }
    ~Folder() { std::filesystem::remove_all(path_); }
    Folder(Folder const&) = delete;
    Folder& operator=(Folder const&) = delete;

    [[nodiscard]] std::filesystem::path const& path() const { return path_; }
    [[nodiscard]] std::filesystem::path operator/(std::string const& name) const { return path_ / name; }

  private:
    std::filesystem::path path_;
};

}  // namespace ghee::data::test
