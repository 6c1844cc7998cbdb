// A folder of files made for one test and gone with it.
#pragma once

#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <stdexcept>
#include <string>

namespace ghee::power::test {

class TemporaryTree
{
  public:
    TemporaryTree()
    {
        std::string name = (std::filesystem::temp_directory_path() / "ghee-power-XXXXXX").string();
        if (::mkdtemp(name.data()) == nullptr)
        {
            throw std::runtime_error("no temporary folder");
        }
        root_ = name;
        std::filesystem::permissions(root_, std::filesystem::perms(0755));
    }
    ~TemporaryTree() { std::filesystem::remove_all(root_); }
    TemporaryTree(TemporaryTree const&) = delete;
    TemporaryTree& operator=(TemporaryTree const&) = delete;

    [[nodiscard]] std::filesystem::path const& root() const { return root_; }

    /// Writes `content` and a newline into the file itself, so that who has it open sees it.
    void write(std::filesystem::path const& name, std::string const& content) const
    {
        std::filesystem::create_directories((root_ / name).parent_path());
        std::ofstream(root_ / name, std::ios::trunc) << content << "\n";
    }

  private:
    std::filesystem::path root_;
};

}  // namespace ghee::power::test
