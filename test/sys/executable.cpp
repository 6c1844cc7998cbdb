// Programs beside this one, and libraries that may be absent.
#include "sys/executable.hpp"

#include <gtest/gtest.h>

#include <cmath>

#include "support/command.hpp"
#include "sys/dynamic_library.hpp"
#include "sys/file.hpp"

namespace ghee::sys {
namespace {

namespace fs = std::filesystem;

TEST(Executable, ThisProgramKnowsItself)
{
    EXPECT_EQ(own_executable().filename(), "test_sys");
    EXPECT_EQ(sibling_program("sys_child"), fs::path(GHEE_SYS_CHILD));
    EXPECT_FALSE(sibling_program("no-such-program"));
}

TEST(Executable, ASiblingIsFoundInstalledAndInABuildTree)
{
    ghee::test::TemporaryFolder const root;
    for (char const* place : {"bin/ghee", "bin/ghee-powerd", "build/ghee/ghee", "build/ghee-powerd/ghee-powerd", "build/ghee/plain"})
    {
        fs::create_directories((root / place).parent_path());
        publish_text(root / place, "");
        fs::permissions(root / place, fs::path(place).filename() == "plain" ? fs::perms::owner_read : fs::perms::owner_all);
    }
    EXPECT_EQ(sibling_program("ghee-powerd", root / "bin/ghee"), root / "bin/ghee-powerd");
    EXPECT_EQ(sibling_program("ghee-powerd", root / "build/ghee/ghee"), root / "build/ghee-powerd/ghee-powerd");
    EXPECT_FALSE(sibling_program("plain", root / "build/ghee/ghee")) << "what cannot be executed is no program";
}

TEST(DynamicLibrary, AFunctionOfAPresentLibraryRuns)
{
    DynamicLibrary const math({"no-such-library.so.9", "libm.so.6"});
    ASSERT_TRUE(math) << math.reason();
    EXPECT_EQ(math.reason(), "");
    auto* const cosine = math.symbol<double(double)>("cos");
    ASSERT_NE(cosine, nullptr);
    EXPECT_EQ(cosine(0.5), std::cos(0.5));
    EXPECT_EQ(math.symbol<double(double)>("no_such_function"), nullptr);
}

TEST(DynamicLibrary, AnAbsentLibrarySaysWhy)
{
    DynamicLibrary const absent({"no-such-library.so.9"});
    EXPECT_FALSE(absent);
    EXPECT_NE(absent.reason().find("no-such-library.so.9"), std::string::npos);
    EXPECT_EQ(absent.symbol<void()>("anything"), nullptr);
}

}  // namespace
}  // namespace ghee::sys
