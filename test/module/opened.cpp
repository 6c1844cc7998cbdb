// Opening a module, and what is said where that fails: nothing throws, and every reason names the way out.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "mlp/load_module.hpp"
#include "mlp/module.hpp"
#include "support/command.hpp"

namespace {
using namespace ghee::mlp;
using ghee::test::TemporaryFolder;
using testing::AllOf;
using testing::HasSubstr;
namespace fs = std::filesystem;

fs::path const stand_ins = STAND_INS;

std::string reason(std::string const& name, fs::path const& folder)
{
    LoadedModule const loaded = load_module(name, folder);
    EXPECT_EQ(loaded.backend == nullptr, !loaded.reason.empty());
    return loaded.reason;
}

TEST(Modules, OfThisBuildGiveTheirBackend)
{
    LoadedModule const loaded = load_module("cuda", stand_ins / "good");
    ASSERT_NE(loaded.backend, nullptr) << loaded.reason;
    EXPECT_EQ(loaded.backend->name, "cuda");
    EXPECT_EQ(loaded.backend->absence(), "");
}

TEST(Modules, ThatAreNotThereSayWhereTheyWereSoughtAndHowToGetThem)
{
    TemporaryFolder const empty;
    for (fs::path const& folder : {empty.path(), empty / "missing"})
        EXPECT_THAT(reason("cuda", folder), AllOf(HasSubstr("not here (no " + (folder / "libghee_cuda.so").string()), HasSubstr("-DGHEE_CUDA=ON"),
                                                  HasSubstr("GHEE_MODULES")));
}

TEST(Modules, OfAnotherBuildAreRefusedWithBothStamps)
{
    EXPECT_THAT(
        reason("cuda", stand_ins / "other_build"),
        AllOf(HasSubstr("another build (it is " + stamp() + ", by strangers; this program is " + stamp()), HasSubstr("install both from one build")));
}

TEST(Modules, UnderAnothersNameAreRefused)
{
    TemporaryFolder const folder;
    fs::copy_file(stand_ins / "good/libghee_cuda.so", folder / "libghee_cudnn.so");
    EXPECT_THAT(reason("cudnn", folder.path()), HasSubstr("holds backend 'cuda'"));
}

TEST(Modules, ThatAreOtherLibrariesAreRefused)
{
    EXPECT_THAT(reason("cuda", stand_ins / "stranger"), AllOf(HasSubstr("none of ghee's"), HasSubstr("has no ghee_backend_module")));
}

TEST(Modules, ThatAreNoLibrariesAreRefusedInTheLoadersWords)
{
    TemporaryFolder const folder;
    for (std::string const text : {"", "not a library, but long enough to be read as the header of one: sixty-four bytes and more"})
    {
        ghee::test::write_file(folder / "libghee_cuda.so", text);
        EXPECT_THAT(reason("cuda", folder.path()),
                    AllOf(HasSubstr("does not open (" + folder.path().string()), HasSubstr("install or build it anew")));
    }
    fs::remove(folder / "libghee_cuda.so");
    fs::create_directory(folder / "libghee_cuda.so");
    EXPECT_THAT(reason("cuda", folder.path()), HasSubstr("does not open ("));
}

TEST(Modules, ThatAreCutOffAreRefusedBeforeTheyAreOpened)
{
    TemporaryFolder const folder;
    auto const whole = fs::file_size(stand_ins / "good/libghee_cuda.so");
    for (auto const bytes : {whole - 1, whole / 2, std::uintmax_t(4096), std::uintmax_t(64)})
    {
        fs::copy_file(stand_ins / "good/libghee_cuda.so", folder / "libghee_cuda.so", fs::copy_options::overwrite_existing);
        fs::resize_file(folder / "libghee_cuda.so", bytes);
        EXPECT_THAT(reason("cuda", folder.path()), AllOf(HasSubstr("is cut off ("), HasSubstr("install it anew"))) << bytes;
    }
}

TEST(Modules, WhoseLibrariesAreMissingOrTooOldSayWhich)
{
    TemporaryFolder const folder;
    fs::copy_file(stand_ins / "needy/libghee_cuda.so", folder / "libghee_cuda.so");
    EXPECT_THAT(reason("cuda", folder.path()), AllOf(HasSubstr("libvendor.so: cannot open shared object file"), HasSubstr("LD_LIBRARY_PATH")));

    fs::copy_file(stand_ins / "vendor_old/libvendor.so", folder / "libvendor.so");
    EXPECT_THAT(reason("cuda", folder.path()),
                AllOf(HasSubstr("undefined symbol"), HasSubstr("vendor_is_new"), HasSubstr("does not fit its libraries")));

    fs::remove(folder / "libvendor.so");
    fs::copy_file(stand_ins / "vendor_new/libvendor.so", folder / "libvendor.so");
    EXPECT_EQ(reason("cuda", folder.path()), "");
}
}  // namespace
