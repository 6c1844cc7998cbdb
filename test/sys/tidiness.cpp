// These tests leave nothing in the folder they run in.
#include <filesystem>
#include <set>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace {
class Tidiness : public ::testing::Environment
{
    static std::set<std::string> entries()
    {
        std::set<std::string> names;
        for (auto const& entry : std::filesystem::directory_iterator("."))
            names.insert(entry.path().filename().string());
        return names;
    }
    void SetUp() override { before_ = entries(); }
    void TearDown() override { EXPECT_EQ(entries(), before_); }

    std::set<std::string> before_;
};

[[maybe_unused]] auto* const registered = ::testing::AddGlobalTestEnvironment(new Tidiness);
}  // namespace
