// A campaign file written for a test, read as a user's would be.
#pragma once

#include <string>
#include <vector>

#include "campaign/plan.hpp"
#include "support/command.hpp"

namespace ghee::campaign {

/// The file is called c.toml; messages name it in full, `name()` says how.
class WrittenCampaign
{
  public:
    explicit WrittenCampaign(std::string const& text) { test::write_file(path(), text); }
    [[nodiscard]] std::filesystem::path path() const { return folder_ / "c.toml"; }
    [[nodiscard]] std::string name() const { return path().string(); }
    [[nodiscard]] Campaign read(std::vector<std::string> const& overrides = {}) const { return read_campaign(path(), overrides); }

  private:
    test::TemporaryFolder folder_;
};

inline Campaign campaign_of(std::string const& text, std::vector<std::string> const& overrides = {}) { return WrittenCampaign(text).read(overrides); }

/// What a user reads about this text, the file's folder taken away: "c.toml:3: ..."; "nothing was refused" where all is well.
inline std::string refusal_in(std::string const& text, std::vector<std::string> const& overrides = {})
{
    WrittenCampaign const written(text);
    try
    {
        static_cast<void>(written.read(overrides));
    }
    catch (UsageError const& error)
    {
        std::string line = error.what();
        for (std::string const folder = written.path().parent_path().string() + "/"; line.find(folder) != std::string::npos;)
            line.erase(line.find(folder), folder.size());
        return line;
    }
    return "nothing was refused";
}

}  // namespace ghee::campaign
